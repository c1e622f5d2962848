import type { PageBase } from '../../links/resolve-url.ts';
import { resolveIri } from '../resolve-iri.ts';
import { initialTerms, xhtmlVocabulary } from './initial-context.ts';

/** What names in attributes of RDFa are resolved by (RDFa Core 1.1, 7.4). */
export interface NameScope {
  base: PageBase;
  prefixes: ReadonlyMap<string, string>;
  /** Of `vocab`, for terms. */
  vocabulary: string | undefined;
  /** The identifier of a blank node that the page names itself (`_:a`). */
  blankNode(name: string): string;
}

/** Of `href` and `src`. */
export function iriOf(text: string, { base }: NameScope): string | undefined {
  const trimmed = text.trim();
  return isAbsolute(trimmed) ? trimmed : resolveIri(trimmed, base);
}

/** Of `about` and `resource`: "SafeCURIEorCURIEorIRI". */
export function resourceOf(text: string, scope: NameScope): string | undefined {
  const trimmed = text.trim();
  const [, safe] = /^\[(.*)\]$/s.exec(trimmed) ?? [];
  return safe === undefined
    ? (expandCurie(trimmed, scope) ?? iriOf(trimmed, scope))
    : expandCurie(safe, scope);
}

/** Of `typeof`: "TERMorCURIEorAbsIRIs". What is none of these is left out. */
export function namesOf(text: string, scope: NameScope): string[] {
  return wordsOf(text).flatMap((word) => nameOf(word, scope) ?? []);
}

/** Of `property`, `rel` and `rev`, whose names are no blank nodes. */
export function predicatesOf(text: string, scope: NameScope): string[] {
  return namesOf(text, scope).filter((name) => !name.startsWith('_:'));
}

/** Of `datatype`: "TERMorCURIEorAbsIRI". */
export function nameOf(word: string, scope: NameScope): string | undefined {
  const trimmed = word.trim();
  if (isTerm(trimmed)) {
    const { vocabulary } = scope;
    return vocabulary === undefined ? initialTerms.get(trimmed.toLowerCase()) : vocabulary + trimmed;
  }
  return expandCurie(trimmed, scope) ?? (isAbsolute(trimmed) ? trimmed : undefined);
}

/** Of `prefix`, the mappings it adds: `foaf: http://xmlns.com/foaf/0.1/ dc: …`. */
export function prefixesOf(text: string): [prefix: string, iri: string][] {
  const pairs = text.matchAll(/([^\s:]*):\s+(\S+)/g);
  return [...pairs].map(([, prefix = '', iri = '']): [string, string] => [prefix.toLowerCase(), iri]);
}

/** The words of `rel` that are no terms of HTML: those that count beside `property` (HTML+RDFa 1.1, 3.1). */
export function withoutTerms(text: string): string {
  return wordsOf(text)
    .filter((word) => word.includes(':'))
    .join(' ');
}

function expandCurie(text: string, { prefixes, blankNode }: NameScope): string | undefined {
  const colon = text.indexOf(':');
  if (colon === -1) return undefined;
  const prefix = text.slice(0, colon).toLowerCase();
  const rest = text.slice(colon + 1);
  if (prefix === '') return xhtmlVocabulary + rest;
  if (prefix === '_') return blankNode(rest);
  const iri = prefixes.get(prefix);
  return iri === undefined ? undefined : iri + rest;
}

function isTerm(word: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}\p{M}._/\u00b7-]*$/u.test(word);
}

function isAbsolute(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(text);
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
