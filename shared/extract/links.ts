import type { AnyNode, Document, Element } from 'domhandler';
import { compilePatterns } from '../job/patterns.ts';
import type { PageRule } from '../job/schema.ts';
import type { Json } from '../model.ts';
import { jsonPathAt, selectorAt } from './compile-part.ts';
import { isSamePage } from './resolve-url.ts';
import type { FoundLink } from './types.ts';

type FollowRule = PageRule['follow'][number];

/** Makes a reference absolute and normal; `undefined` when it cannot be fetched. */
export type Resolve = (reference: string, baseUrl: string) => string | undefined;

/** Finds the links that a page's rules follow. */
export interface LinkFinder {
  inDocument(document: Document, baseUrl: string): FoundLink[];
  inItems(items: Json[], baseUrl: string): FoundLink[];
}

/**
 * Compiles the link rules of a page label. Each URL is reported once, in document order, with the
 * label of the first rule that takes it. Rules with `path` are for JSON, all others for HTML.
 */
export function compileLinks(rules: FollowRule[], place: string, resolve: Resolve): LinkFinder {
  const compiled = rules.map((rule, index) => compileRule(rule, `${place}[${index}]`, resolve));
  const forHtml = compiled.filter(({ rule }) => rule.path === undefined);
  const forJson = compiled.filter(({ rule }) => rule.path !== undefined);
  return {
    inDocument: (document, baseUrl) =>
      gather(forHtml, (rule) =>
        rule.references(document).map(([at, reference]) => ({ at, url: rule.accept(reference, baseUrl) })),
      ),
    inItems: (items, baseUrl) =>
      gather(forJson, (rule) =>
        items.flatMap((item, at) =>
          rule.strings(item).map((reference) => ({ at, url: rule.accept(reference, baseUrl) })),
        ),
      ),
  };
}

interface CompiledRule {
  rule: FollowRule;
  /** Where in the document, and what. */
  references(document: AnyNode): (readonly [number, string])[];
  strings(item: Json): string[];
  accept(reference: string, baseUrl: string): string | undefined;
}

function compileRule(rule: FollowRule, place: string, resolve: Resolve): CompiledRule {
  const query = selectorAt(`${place}.select`, rule.select ?? 'a[href]');
  const read = jsonPathAt(`${place}.path`, rule.path ?? '');
  const matches = rule.match === undefined ? () => true : compilePatterns(rule.match);
  const isExcluded = compilePatterns(rule.exclude ?? []);
  const attribute = rule.attr.toLowerCase();
  return {
    rule,
    references: (document) => query.all(document).flatMap((element) => referenceOf(element, attribute)),
    strings: (item) => [read(item) ?? null].flat().filter((value) => typeof value === 'string'),
    accept: (reference, baseUrl) => {
      const url = isSamePage(reference) ? undefined : resolve(reference, baseUrl);
      return url !== undefined && matches(url) && !isExcluded(url) ? url : undefined;
    },
  };
}

function referenceOf(element: Element, attribute: string): [number, string][] {
  const value = Object.hasOwn(element.attribs, attribute) ? element.attribs[attribute] : undefined;
  return value === undefined ? [] : [[element.startIndex ?? 0, value]];
}

function gather(
  rules: CompiledRule[],
  find: (rule: CompiledRule) => { at: number; url: string | undefined }[],
): FoundLink[] {
  const taken = new Map<string, { at: number; link: FoundLink }>();
  for (const rule of rules) {
    const { label } = rule.rule;
    for (const { at, url } of find(rule)) {
      if (url === undefined || taken.has(url)) continue;
      taken.set(url, { at, link: label === undefined ? { url } : { url, label } });
    }
  }
  const inOrder = [...taken.values()].sort((one, other) => one.at - other.at);
  return inOrder.map(({ link }) => link);
}
