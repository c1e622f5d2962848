import type { Element } from 'domhandler';
import { ancestorOf, visitInside } from '../selector/walk.ts';
import { elementsIn } from './table-grid.ts';

/** Does it name a column of a table that is made of other elements (WAI-ARIA 1.2, `columnheader`)? */
export function isAriaColumnHeading(element: Element): boolean {
  return roleOf(element) === 'columnheader' && element.name !== 'th';
}

/** The cells in the column of such a heading, row by row. */
export function ariaCellsBelow(heading: Element): Element[] {
  const row = ancestorOf(heading, (element) => roleOf(element) === 'row');
  const table = row && ancestorOf(row, (element) => tableRoles.has(roleOf(element)));
  if (row === undefined || table === undefined) return [];
  const column = cellsOf(row).indexOf(heading);
  const rows: Element[] = [];
  visitInside(table.children, (element) => {
    if (roleOf(element) === 'row') rows.push(element);
    return false;
  });
  return rows.slice(rows.indexOf(row) + 1).flatMap((one) => {
    const cell = cellsOf(one)[column];
    return cell === undefined || isAriaColumnHeading(cell) ? [] : [cell];
  });
}

function cellsOf(row: Element): Element[] {
  return elementsIn(row).filter((element) => cellRoles.has(roleOf(element)));
}

function roleOf({ attribs }: Element): string {
  return attribs['role']?.trim().toLowerCase() ?? '';
}

const cellRoles: ReadonlySet<string> = new Set(['cell', 'gridcell', 'rowheader', 'columnheader']);
const tableRoles: ReadonlySet<string> = new Set(['table', 'grid', 'treegrid']);
