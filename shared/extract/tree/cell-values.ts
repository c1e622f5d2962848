import type { Element } from 'domhandler';
import { ancestorOf, parentOf } from '../selector/walk.ts';
import { textOf } from '../values/text.ts';
import { directionOf } from './heading-direction.ts';
import { elementsIn, gridOf, type TableGrid } from './table-grid.ts';

export function isCell({ name }: Element): boolean {
  return name === 'th' || name === 'td';
}

/**
 * The values of a heading in a cell: the cells beside it, or those below it where its row names the columns. Where the table does not say which,
 * the first of them is in doubt (`otherThanFound`).
 */
export function cellsFor(cell: Element): Element[] {
  const row = parentOf(cell);
  const table = ancestorOf(cell, ({ name }) => name === 'table');
  if (row === undefined || table === undefined) return [];
  const cells = elementsIn(row).filter(isCell);
  const index = cells.indexOf(cell);
  const grid = grids.get(table) ?? gridOf(table);
  grids.set(table, grid);
  const { isBelow, isDoubtful } = directionOf(grid, row, index);
  const beside = () => cellsBeside(cells, index);
  const below = () => cellsBelow(cell, row, grid);
  const found = isBelow ? below() : beside();
  const [first] = found;
  const [other] = isDoubtful ? (isBelow ? beside() : below()) : [];
  if (first !== undefined && other !== undefined) others.set(first, other);
  else if (first !== undefined) others.delete(first);
  return found;
}

/** A table may have one heading many times. */
const grids = new WeakMap<Element, TableGrid>();

/** Of cells that are in doubt, those that the heading may mean instead. */
const others = new WeakMap<object, Element>();

/** The text that is as likely the value of the heading of which this cell was found last. */
export function otherThanFound(cell: object): string | undefined {
  const other = others.get(cell);
  return other === undefined ? undefined : textOf(other) || undefined;
}

/** A row without headings may be two pairs beside one another; of an odd number of cells the first one is the heading of the others. */
function cellsBeside(cells: readonly Element[], index: number): Element[] {
  const behind = cells.slice(index + 1);
  const next = behind.findIndex(({ name }) => name === 'th');
  const isOfRow = cells.some(({ name }) => name === 'th') || (index === 0 && cells.length % 2 === 1);
  return isOfRow ? behind.slice(0, next === -1 ? undefined : Math.max(next, 1)) : behind.slice(0, 1);
}

/** In the columns of the cell, row by row, up to the next row that names columns. */
function cellsBelow(cell: Element, row: Element, { rows, elements, isHeader }: TableGrid): Element[] {
  const top = elements.indexOf(row);
  const columns = [...(rows[top]?.entries() ?? [])].flatMap(([column, at]) => (at === cell ? [column] : []));
  const below = new Set<Element>();
  for (let index = top + 1; index < rows.length; index++) {
    const cells = rows[index] ?? [];
    if (isHeader[index] === true) {
      if (below.size > 0 && new Set(cells).size > 1) break;
      continue;
    }
    for (const column of columns) {
      const one = cells[column];
      if (one !== undefined && one !== cell) below.add(one);
    }
  }
  return [...below];
}
