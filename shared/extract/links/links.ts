import type { AnyNode, Document } from 'domhandler';
import type { Normalise } from '../../fetch/url.ts';
import type { Json } from '../../model.ts';
import { answerOrTimeout, compilePatterns } from '../../patterns/url-patterns.ts';
import { jsonPathAt, selectorAt } from '../compile-part.ts';
import { memoize } from '../memoize.ts';
import type { References } from '../scan/scan-match.ts';
import { type CountedRule, defaultLinks } from './follow-rule.ts';
import { type FoundLinks, type LinkRule, listLinks } from './link-list.ts';
import { Reference, type Resolve } from './reference.ts';
import type { PageBase } from './resolve-url.ts';

/** Finds the links that a page's rules follow. */
export interface LinkFinder {
  inDocument(document: Document, base: PageBase): FoundLinks;
  /** `references`: what the rules for HTML found, each in document order. */
  inReferences(references: References[], base: PageBase): FoundLinks;
  inItems(items: Json[], base: PageBase): FoundLinks;
}

/** Rules with `path` are for JSON, all others for HTML. */
export function isForHtml(rule: Pick<CountedRule, 'path'>): boolean {
  return rule.path === undefined;
}

/**
 * Compiles the link rules of a page label. Each URL is reported once, in document order, with the
 * label of the first rule that takes it.
 */
export function compileLinks(rules: CountedRule[], location: string, options: LinkOptions): LinkFinder {
  const compiled = rules.map((rule, index) => compileRule(rule, index, `${location}[${index}]`, options));
  const forHtml = compiled.filter(({ rule }) => isForHtml(rule));
  const forJson = compiled.filter(({ rule }) => !isForHtml(rule));
  const unreadInHtml = forJson.map(({ of }) => of);
  const unreadInJson = [...new Set(forHtml.map(({ of }) => of))];
  return {
    inDocument: (document, base) =>
      listLinks(
        forHtml,
        forHtml.map((rule) => rule.inDocument(document)),
        base,
        unreadInHtml,
      ),
    inReferences: (references, base) => listLinks(forHtml, references, base, unreadInHtml),
    inItems: (items, base) =>
      listLinks(
        forJson,
        forJson.map((rule) => rule.inItems(items)),
        base,
        unreadInJson,
      ),
  };
}

export interface LinkOptions {
  resolve: Resolve;
  normalise: Normalise;
}

interface CompiledRule extends LinkRule {
  rule: CountedRule;
  inDocument(document: AnyNode): References;
  inItems(items: Json[]): References;
}

function compileRule(
  rule: CountedRule,
  index: number,
  location: string,
  { resolve, normalise }: LinkOptions,
): CompiledRule {
  const query = selectorAt(`${location}.select`, rule.select ?? defaultLinks);
  const read = jsonPathAt(`${location}.path`, rule.path ?? '');
  const attribute = rule.attr.toLowerCase();
  const { priority } = rule;
  return {
    rule,
    label: rule.label,
    priority: typeof priority === 'number' ? priority : undefined,
    of: rule.of ?? index,
    ...(rule.isRefused === undefined ? {} : { isRefused: rule.isRefused }),
    resolve,
    isWanted: compileWanted(rule, normalise),
    inDocument(document) {
      const elements = query.all(document).filter(({ attribs }) => Object.hasOwn(attribs, attribute));
      return {
        at: elements.map(({ startIndex }) => startIndex ?? 0),
        found: elements.map(({ attribs }) => new Reference(attribs[attribute] ?? '')),
        ...(typeof priority === 'object' ? { priorities: prioritiesOf(elements, priority.attr) } : {}),
      };
    },
    inItems(items) {
      const strings = items.map((item) =>
        [read(item) ?? null].flat().filter((value) => typeof value === 'string'),
      );
      return {
        at: strings.flatMap((found, at) => found.map(() => at)),
        found: strings.flat().map((text) => new Reference(text)),
      };
    },
  };
}

/** What each link bears in the attribute; `undefined` where that is no number. */
function prioritiesOf(elements: { attribs: Record<string, string> }[], attr: string): (number | undefined)[] {
  const name = attr.toLowerCase();
  return elements.map(({ attribs }) => {
    const text = Object.hasOwn(attribs, name) ? (attribs[name] ?? '').trim() : '';
    const number = text === '' ? Number.NaN : Number(text);
    return Number.isFinite(number) ? number : undefined;
  });
}

function compileWanted({ match, exclude }: CountedRule, normalise: Normalise): LinkRule['isWanted'] {
  if (match === undefined && exclude === undefined) return undefined;
  const matches = match === undefined ? () => true : compilePatterns(match, normalise);
  const isExcluded = compilePatterns(exclude ?? [], normalise);
  return memoize((url) => answerOrTimeout(() => matches(url) && !isExcluded(url)));
}
