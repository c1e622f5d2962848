import { parse, type Selector, SelectorType } from 'css-what';
import type { Job } from '../shared/job/schema.ts';

/** A selector of a job that finds nothing on any HTML page, because the parser puts an element between. */
export interface UnmatchedSelector {
  /** Where it stands, such as `pages.product.fields.price.select`. */
  path: string;
  selector: string;
  /** What finds what was meant. */
  suggestion: string;
}

/** What the HTML Standard makes where a page leaves it out, and between what. */
const madeBetween: { parents: string[]; child: string; between: string }[] = [
  { parents: ['table'], child: 'tr', between: 'tbody' },
  { parents: ['table'], child: 'td', between: 'tbody > tr' },
  { parents: ['table'], child: 'th', between: 'tbody > tr' },
  { parents: ['tbody', 'thead', 'tfoot'], child: 'td', between: 'tr' },
  { parents: ['tbody', 'thead', 'tfoot'], child: 'th', between: 'tr' },
  { parents: ['table'], child: 'col', between: 'colgroup' },
];

/** Names selectors such as `table > tr`: rows are in a `tbody`, written or not. */
export function findUnmatchedSelectors({ pages }: Pick<Job, 'pages'>): UnmatchedSelector[] {
  return selectorsOf(pages, 'pages').flatMap(({ path, selector }) => {
    const suggestion = suggestFor(selector);
    return suggestion === undefined ? [] : [{ path, selector, suggestion }];
  });
}

/** A note for people. */
export function describeUnmatched({ path, selector, suggestion }: UnmatchedSelector): string {
  return `${path}: "${selector}" finds nothing on an HTML page, where parsers put an element between; write "${suggestion}"`;
}

function suggestFor(selector: string): string | undefined {
  for (const tokens of parse(selector)) {
    for (const [index, token] of tokens.entries()) {
      if (token.type !== SelectorType.Child) continue;
      const made = madeFor(tagBefore(tokens, index), tagAt(tokens[index + 1]));
      if (made !== undefined) return insert(selector, made.child, made.between);
    }
  }
  return undefined;
}

function madeFor(parent: string | undefined, child: string | undefined) {
  return madeBetween.find((made) => made.child === child && made.parents.includes(parent ?? ''));
}

function tagAt(token: Selector | undefined): string | undefined {
  return token?.type === SelectorType.Tag ? token.name.toLowerCase() : undefined;
}

/** The tag of the compound that ends before `index`. */
function tagBefore(tokens: Selector[], index: number): string | undefined {
  const isCombinator = ({ type }: Selector) =>
    type === SelectorType.Child ||
    type === SelectorType.Descendant ||
    type === SelectorType.Adjacent ||
    type === SelectorType.Sibling;
  const start = tokens.slice(0, index).findLastIndex(isCombinator) + 1;
  return tagAt(tokens[start]);
}

function insert(selector: string, child: string, between: string): string {
  return selector.replace(new RegExp(`>\\s*(?=${child}(?![\\w-]))`, 'i'), `> ${between} > `);
}

/** Every place that takes a selector: the keys `select` and `each`. */
function selectorsOf(value: unknown, path: string): { path: string; selector: string }[] {
  if (typeof value === 'string') return /\.(select|each)$/.test(path) ? [{ path, selector: value }] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) =>
    selectorsOf(entry, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`),
  );
}
