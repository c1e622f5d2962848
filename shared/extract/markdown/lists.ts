import { type AnyNode, type Element, isTag, isText } from 'domhandler';
import { isBlank } from '../values/text.ts';
import type { MarkdownContext } from './context.ts';
import type { BlockTest } from './elements.ts';

/** What stands in one item of a list. */
export interface ListItem {
  nodes: AnyNode[];
}

/** The items of a list. What stands between them belongs to the one before, as browsers show it. Notes stand elsewhere. */
export function itemsOf(list: Element, isNote: (item: Element) => boolean): ListItem[] {
  const items: ListItem[] = [];
  for (const node of list.children) {
    if (isTag(node) && isNote(node)) continue;
    if (isTag(node) && node.name === 'li') items.push({ nodes: [...node.children] });
    else if (isTag(node) || (isText(node) && !isBlank(node.data))) {
      if (items.length === 0) items.push({ nodes: [] });
      items.at(-1)?.nodes.push(node);
    }
  }
  return items;
}

/** The groups of a definition list: its terms with what describes them. */
export function groupsOf(list: Element): ListItem[] {
  const groups: ListItem[] = [];
  let isDescribed = true;
  const add = (node: AnyNode) => {
    if (isText(node) && isBlank(node.data)) return;
    const isTerm = isTag(node) && node.name === 'dt';
    if ((isTerm && isDescribed) || groups.length === 0) groups.push({ nodes: [] });
    isDescribed = !isTerm;
    groups.at(-1)?.nodes.push(node);
  };
  for (const node of list.children) {
    const isGroup = isTag(node) && node.name === 'div';
    if (isGroup) isDescribed = true;
    for (const part of isGroup ? node.children : [node]) add(part);
    if (isGroup) isDescribed = true;
  }
  return groups;
}

/**
 * Can all items be written without blank lines: a line of text each, and such lists after it? A list that does not begin with 1 would be
 * text of the line above (CommonMark 5.3).
 */
export function isTight(list: Element, context: MarkdownContext): boolean {
  const known = context.tightLists.get(list);
  if (known !== undefined) return known;
  const tight = itemsOf(list, context.notes.isNote).every(({ nodes }) => isTightItem(nodes, context));
  context.tightLists.set(list, tight);
  return tight;
}

function isTightItem(nodes: readonly AnyNode[], context: MarkdownContext): boolean {
  const { blocks } = context;
  const shown = nodes.filter((node) => !isText(node) || !isBlank(node.data));
  const firstBlock = shown.findIndex((node) => blocks.isBlock(node));
  if (firstBlock === -1) return true;
  const rest = firstBlock === 0 && isLine(shown[0], blocks) ? shown.slice(1) : shown.slice(firstBlock);
  return rest.every((node) => isJoinable(node, context));
}

function isLine(node: AnyNode | undefined, blocks: BlockTest): boolean {
  return (
    node !== undefined &&
    isTag(node) &&
    (node.name === 'p' || node.name === 'div') &&
    !node.children.some((child) => blocks.isBlock(child))
  );
}

function isJoinable(node: AnyNode, context: MarkdownContext): boolean {
  if (!isTag(node)) return !isText(node);
  return (node.name === 'ul' || (node.name === 'ol' && startOf(node) === 1)) && isTight(node, context);
}

/** The largest number of an item (CommonMark 5.2). */
const maxNumber = 999_999_999;

/** The marker of the item at a position. `isSecond`: other signs than those of the list before. */
export function markersOf(
  kind: 'ul' | 'ol',
  isSecond: boolean,
  count: number,
  list: Element,
): (at: number) => string {
  if (kind === 'ul') return () => (isSecond ? '* ' : '- ');
  const start = startOf(list) + count <= maxNumber ? startOf(list) : 1;
  return (at) => `${start + at}${isSecond ? ')' : '.'} `;
}

function startOf({ attribs }: Element): number {
  const start = attribs['start'];
  return start !== undefined && /^\s{0,9}\d{1,9}/.test(start) ? Number.parseInt(start, 10) : 1;
}
