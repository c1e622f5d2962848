import { type ChildNode, type Element, isTag } from 'domhandler';
import { DropError } from '../../errors.ts';
import type { Spot } from './spot.ts';

/** The maximum number of columns that a cell spans (HTML Standard). */
const widestSpan = 1_000;
/** Limits the size of the table that spans make of a small page. */
const maxCells = 1_000_000;

/** The cells of a table by row and column. */
export interface TableGrid {
  /** A cell over several rows or columns stands in each; `undefined` where a row is shorter. */
  rows: (Element | undefined)[][];
  /** The number of rows at the top that are headers: those of `<thead>`, else a first row that has only `<th>`. */
  headerRows: number;
}

/** Throws `EXTRACT_FAILED` beyond a million cells. */
export function gridOf(table: Element): TableGrid {
  const rows = rowsOf(table);
  return { rows: layOut(rows), headerRows: countHeaderRows(rows) };
}

/** A row of a table. */
interface TableRow {
  row: Element;
  isHead: boolean;
}

export function elementsIn(node: Spot): Element[] {
  return (node.children as ChildNode[]).filter(isTag);
}

/** The rows of a table in the order of the page, without those of tables in it. */
export function rowsOf(table: Element): TableRow[] {
  return elementsIn(table).flatMap((part) => {
    if (part.name === 'tr') return [{ row: part, isHead: false }];
    if (!['thead', 'tbody', 'tfoot'].includes(part.name)) return [];
    const rows = elementsIn(part).filter(({ name }) => name === 'tr');
    return rows.map((row) => ({ row, isHead: part.name === 'thead' }));
  });
}

export function cellsOf(row: Element): Element[] {
  return elementsIn(row).filter(({ name }) => name === 'td' || name === 'th');
}

function countHeaderRows(rows: TableRow[]): number {
  const inHead = rows.findIndex(({ isHead }) => !isHead);
  const heads = inHead < 0 ? rows.length : inHead;
  if (heads > 0) return heads;
  const first = rows[0] === undefined ? [] : cellsOf(rows[0].row);
  return first.length > 0 && first.every(({ name }) => name === 'th') ? 1 : 0;
}

/** Cells by row and column, with spans filled in. */
function layOut(rows: TableRow[]): (Element | undefined)[][] {
  const grid: (Element | undefined)[][] = rows.map(() => []);
  let cells = 0;
  for (const [top, { row }] of rows.entries()) {
    let column = 0;
    for (const cell of cellsOf(row)) {
      while (grid[top]?.[column] !== undefined) column++;
      const width = span(cell, 'colspan', widestSpan);
      const height = span(cell, 'rowspan', rows.length - top);
      cells += width * Math.min(height, rows.length - top);
      if (cells > maxCells) throw new DropError('EXTRACT_FAILED', `a table has more than ${maxCells} cells`);
      for (const line of grid.slice(top, top + height)) fill(line, column, width, cell);
      column += width;
    }
  }
  return grid.map((line) => Array.from(line));
}

/** Cells that an earlier cell spans are kept. */
function fill(line: (Element | undefined)[], column: number, width: number, cell: Element): void {
  for (let at = column; at < column + width; at++) line[at] ??= cell;
}

function span(cell: Element, attribute: 'colspan' | 'rowspan', max: number): number {
  const value = Number.parseInt(cell.attribs[attribute] ?? '1', 10);
  // "0" means down to the last row.
  if (value === 0 && attribute === 'rowspan') return max;
  return value >= 1 ? Math.min(value, max) : 1;
}
