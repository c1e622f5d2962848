import { type AnyNode, type Element, isTag } from 'domhandler';
import { ancestorOf, parentOf, previousOf } from '../selector/walk.ts';
import { textOf } from '../values/text.ts';
import { isCell } from './cell-values.ts';
import type { Spot } from './spot.ts';
import { elementsIn } from './table-grid.ts';

/**
 * The groups to which a heading beside its value belongs: of a cell the last row above that is one heading over the table, and the
 * table's caption; of any the heading of the page before it, `above`.
 */
export function groupsOf(heading: Element, above: Element | undefined): string[] {
  const cell = isCell(heading) ? heading : ancestorOf(heading, isCell);
  const row = cell && parentOf(cell);
  const table = cell && ancestorOf(cell, ({ name }) => name === 'table');
  const caption = table && elementsIn(table).find(({ name }) => name === 'caption');
  return [row && headingRowAbove(row), caption, above].flatMap((group) =>
    group === undefined ? [] : [textOf(group)],
  );
}

export function isPageHeading({ name }: Element): boolean {
  return /^h[1-6]$/.test(name);
}

/** The last heading of the page before an element that is looked in. */
export function headingBefore(scope: Spot): Element | undefined {
  for (let at = isTag(scope) ? scope : undefined; at !== undefined; at = parentOf(at)) {
    for (let before = previousOf(at); before !== undefined; before = previousOf(before)) {
      const found = lastHeadingIn(before);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function lastHeadingIn(element: Element): Element | undefined {
  const waiting: AnyNode[] = [element];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (!isTag(node)) continue;
    if (isPageHeading(node)) return node;
    for (const child of node.children) waiting.push(child);
  }
  return undefined;
}

/** In the row's section, or in one before it. */
function headingRowAbove(row: Element): Element | undefined {
  let section = parentOf(row);
  let above = previousOf(row);
  for (;;) {
    for (; above !== undefined; above = previousOf(above)) {
      const heading = headingOf(above);
      if (heading !== undefined) return heading;
    }
    section = section === undefined || section.name === 'table' ? undefined : previousOf(section);
    if (section === undefined) return undefined;
    above = elementsIn(section).at(-1);
  }
}

function headingOf(row: Element): Element | undefined {
  const [first, ...others] = elementsIn(row).filter(isCell);
  const isOver = first?.name === 'th' || Number(first?.attribs['colspan']) > 1;
  return row.name === 'tr' && others.length === 0 && isOver ? first : undefined;
}
