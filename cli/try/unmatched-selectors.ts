import type { Job } from '../../shared/job/schema.ts';
import { parseSelector } from '../../shared/schema/selector/parse-selector.ts';
import type { SelectorStep } from '../../shared/schema/selector/types.ts';
import { xpathOf } from '../../shared/schema/xpath/parse-xpath.ts';

/** A selector of a job that finds nothing on any HTML page, because the parser puts an element between. */
export interface UnmatchedSelector {
  /** The path of its key, such as `pages.product.fields.price.select`. */
  path: string;
  selector: string;
  /** A selector that matches the intended elements. */
  suggestion: string;
}

/** Elements that the parser of the HTML Standard inserts when a page omits them, with parents and child. */
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
  if (xpathOf(selector) !== undefined) return undefined;
  for (const steps of parseSelector(selector, (prefix) => prefix)) {
    for (const [index, step] of steps.entries()) {
      if (step.relation !== 'child') continue;
      const made = madeFor(tagOf(steps[index - 1]), tagOf(step));
      if (made !== undefined) return insert(selector, made.child, made.between);
    }
  }
  return undefined;
}

function madeFor(parent: string | undefined, child: string | undefined) {
  return madeBetween.find((made) => made.child === child && made.parents.includes(parent ?? ''));
}

function tagOf(step: SelectorStep | undefined): string | undefined {
  const tag = step?.conditions.find(({ kind }) => kind === 'tag');
  return tag?.kind === 'tag' ? tag.name.toLowerCase() : undefined;
}

function insert(selector: string, child: string, between: string): string {
  return selector.replace(new RegExp(`>\\s*(?=${child}(?![\\w-]))`, 'i'), `> ${between} > `);
}

/** All selectors of a value, by their paths: the keys `select`, `each` and `rows`. */
function selectorsOf(value: unknown, path: string): { path: string; selector: string }[] {
  if (typeof value === 'string') return /\.(select|each|rows)$/.test(path) ? [{ path, selector: value }] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) =>
    selectorsOf(entry, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`),
  );
}
