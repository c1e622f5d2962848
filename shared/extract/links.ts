import type { AnyNode, Document } from 'domhandler';
import { compilePatterns } from '../job/patterns.ts';
import type { PageRule } from '../job/schema.ts';
import type { Json } from '../model.ts';
import { jsonPathAt, selectorAt } from './compile-part.ts';
import { remember } from './remember.ts';
import type { References } from './scan/finding.ts';
import type { FoundLink } from './types.ts';

type FollowRule = PageRule['follow'][number];

/** Makes a reference absolute and normal; `undefined` when it cannot be followed. */
export type Resolve = (reference: string, baseUrl: string) => string | undefined;

/** Finds the links that a page's rules follow. */
export interface LinkFinder {
  inDocument(document: Document, baseUrl: string): FoundLink[];
  /** `references`: what the rules for HTML found, each in document order. */
  inReferences(references: References[], baseUrl: string): FoundLink[];
  inItems(items: Json[], baseUrl: string): FoundLink[];
}

/** Rules with `path` are for JSON, all others for HTML. */
export function isForHtml(rule: FollowRule): boolean {
  return rule.path === undefined;
}

/** What a rule searches where it does not say. */
export const defaultLinks = 'a[href]';

/**
 * Compiles the link rules of a page label. Each URL is reported once, in document order, with the
 * label of the first rule that takes it.
 */
export function compileLinks(rules: FollowRule[], place: string, resolve: Resolve): LinkFinder {
  const compiled = rules.map((rule, index) => compileRule(rule, `${place}[${index}]`, resolve));
  const forHtml = compiled.filter(({ rule }) => isForHtml(rule));
  const forJson = compiled.filter(({ rule }) => !isForHtml(rule));
  return {
    inDocument: (document, baseUrl) => gather(forHtml, baseUrl, (rule) => rule.inDocument(document)),
    inReferences: (references, baseUrl) =>
      gather(forHtml, baseUrl, (_rule, index) => references[index] ?? nothing),
    inItems: (items, baseUrl) => gather(forJson, baseUrl, (rule) => rule.inItems(items)),
  };
}

const nothing: References = { at: [], found: [] };

interface CompiledRule {
  rule: FollowRule;
  inDocument(document: AnyNode): References;
  inItems(items: Json[]): References;
  accept(reference: string, baseUrl: string): string | undefined;
}

function compileRule(rule: FollowRule, place: string, resolve: Resolve): CompiledRule {
  const query = selectorAt(`${place}.select`, rule.select ?? defaultLinks);
  const read = jsonPathAt(`${place}.path`, rule.path ?? '');
  const attribute = rule.attr.toLowerCase();
  const isWanted = compileWanted(rule);
  return {
    rule,
    inDocument(document) {
      const elements = query.all(document).filter(({ attribs }) => Object.hasOwn(attribs, attribute));
      return {
        at: elements.map(({ startIndex }) => startIndex ?? 0),
        found: elements.map(({ attribs }) => attribs[attribute] ?? ''),
      };
    },
    inItems(items) {
      const strings = items.map((item) =>
        [read(item) ?? null].flat().filter((value) => typeof value === 'string'),
      );
      return { at: strings.flatMap((found, at) => found.map(() => at)), found: strings.flat() };
    },
    accept: (reference, baseUrl) => {
      const url = resolve(reference, baseUrl);
      return url === undefined || isWanted(url) ? url : undefined;
    },
  };
}

function compileWanted({ match, exclude }: FollowRule): (url: string) => boolean {
  if (match === undefined && exclude === undefined) return () => true;
  const matches = match === undefined ? () => true : compilePatterns(match);
  const isExcluded = compilePatterns(exclude ?? []);
  return remember((url) => matches(url) && !isExcluded(url));
}

function gather(
  rules: CompiledRule[],
  baseUrl: string,
  find: (rule: CompiledRule, index: number) => References,
): FoundLink[] {
  const taken = new Set<string>();
  const links: FoundLink[] = [];
  const places: number[] = [];
  for (const [index, rule] of rules.entries()) {
    const { at, found } = find(rule, index);
    for (let entry = 0; entry < found.length; entry++) {
      const url = rule.accept(found[entry] ?? '', baseUrl);
      if (url === undefined || taken.size === taken.add(url).size) continue;
      links.push(rule.rule.label === undefined ? { url } : { url, label: rule.rule.label });
      places.push(at[entry] ?? 0);
    }
  }
  // One rule finds in document order.
  return rules.length < 2 ? links : inOrder(links, places);
}

function inOrder(links: FoundLink[], places: number[]): FoundLink[] {
  const placed = links.map((link, index) => ({ link, at: places[index] ?? 0 }));
  return placed.sort((one, other) => one.at - other.at).map(({ link }) => link);
}
