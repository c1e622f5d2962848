import type { FollowRule } from '../../job/schema.ts';
import { asSelector, xpathOf } from '../../schema/xpath/parse-xpath.ts';
import { type CountedRule, defaultLinks } from './follow-rule.ts';

const marked = '[rel~="nofollow" i]';
/** `marked` as a condition of XPath. Of an attribute, its element counts. */
const markedXPath =
  "ancestor-or-self::*[1][contains(concat(' ', normalize-space(translate(@rel, 'NOFLW', 'noflw')), ' '), ' nofollow ')]";

/**
 * Link rules that leave out elements marked `rel=nofollow`, then those that count them.
 * Whoever sets `nofollow` says that he does not answer for the link, or does not want it crawled (HTML Standard, 4.6.7).
 */
export function withoutNofollow(rules: FollowRule[]): CountedRule[] {
  const forHtml = rules.flatMap((rule, of) => (rule.path === undefined ? [{ rule, of }] : []));
  const withSelector = (rule: FollowRule, isMarked: boolean): FollowRule => ({
    ...rule,
    select: narrow(rule.select ?? defaultLinks, isMarked),
  });
  return [
    ...rules.map((rule) => (rule.path === undefined ? withSelector(rule, false) : rule)),
    ...forHtml.map(({ rule, of }): CountedRule => ({ ...withSelector(rule, true), isRefused: true, of })),
  ];
}

/** The selector for those of its elements that are marked, or are not. */
function narrow(selector: string, isMarked: boolean): string {
  const expression = xpathOf(selector);
  if (expression !== undefined) {
    return asSelector(`(${expression})[${isMarked ? markedXPath : `not(${markedXPath})`}]`);
  }
  const condition = isMarked ? marked : `:not(${marked})`;
  return splitList(selector)
    .map((part) => `${part}${condition}`)
    .join(', ');
}

/**
 * The selectors of a list: commas within brackets, parentheses and strings separate nothing. Without comments: behind one,
 * a condition would be taken for that of another element.
 */
function splitList(selector: string): string[] {
  const parts = [''];
  const pieces = selector.match(/\/\*[\s\S]*?\*\/|\\.|"(?:\\.|[^"])*"|'(?:\\.|[^'])*'|[\s\S]/g) ?? [];
  let depth = 0;
  for (const piece of pieces) {
    if (piece === '(' || piece === '[') depth += 1;
    if (piece === ')' || piece === ']') depth -= 1;
    if (piece === ',' && depth === 0) parts.push('');
    else if (!piece.startsWith('/*')) parts[parts.length - 1] += piece;
  }
  return parts.map((part) => part.trim());
}
