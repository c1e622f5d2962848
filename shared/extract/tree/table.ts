import { type ChildNode, type Element, isTag } from 'domhandler';
import { DropError } from '../../errors.ts';
import type { Json } from '../../model.ts';
import { textOf } from '../values/text.ts';
import type { Spot } from './spot.ts';

/** The maximum number of columns that a cell spans (HTML Standard). */
const widestSpan = 1_000;
/** Limits the size of the table that spans make of a small page. */
const maxCells = 1_000_000;

/**
 * The rows of the first table at or below `spot`, as objects by the text of their column's header: the rows of
 * `<thead>`, else a first row that has only `<th>`. Headers of several rows are joined; columns without one are
 * `column1`, `column2`, …; a repeated header gets a number. Cells over several rows or columns count in each.
 * Empty cells are null. `undefined` without a table. Throws `EXTRACT_FAILED` beyond a million cells.
 */
export function readRows(spot: Spot): Json | undefined {
  const table = find(spot, ['table']);
  if (table === undefined) return undefined;
  const rows = rowsOf(table);
  const grid = layOut(rows);
  const headerRows = countHeaderRows(rows);
  const names = columnNames(
    grid.slice(0, headerRows),
    grid.reduce((widest, row) => Math.max(widest, row.length), 0),
  );
  return grid
    .slice(headerRows)
    .filter((row) => row.some((cell) => cell))
    .map((row) => Object.fromEntries(names.map((name, column) => [name, row[column] || null])));
}

/**
 * The first table or definition list at or below `spot` as one object: `<th>` to the `<td>` after it,
 * first cell to second where there is no `<th>`, `<dt>` to its `<dd>` (several joined by ", "). The
 * first of equal keys counts. `undefined` without a table or list.
 */
export function readPairs(spot: Spot): Json | undefined {
  const found = find(spot, ['table', 'dl']);
  if (found === undefined) return undefined;
  const pairs =
    found.name === 'dl' ? pairsOfList(found) : rowsOf(found).flatMap(({ row }) => pairsOfRow(row));
  const firsts = new Map<string, Json>();
  for (const [key, value] of pairs) {
    if (key !== '' && !firsts.has(key)) firsts.set(key, value || null);
  }
  return Object.fromEntries(firsts);
}

interface Row {
  row: Element;
  isHead: boolean;
}

function elementsIn(node: Spot): Element[] {
  return (node.children as ChildNode[]).filter(isTag);
}

function find(spot: Spot, names: string[]): Element | undefined {
  const waiting: Element[] = isTag(spot) ? [spot] : elementsIn(spot).reverse();
  for (let element = waiting.pop(); element !== undefined; element = waiting.pop()) {
    if (names.includes(element.name)) return element;
    for (const child of elementsIn(element).reverse()) waiting.push(child);
  }
  return undefined;
}

function rowsOf(table: Element): Row[] {
  return elementsIn(table).flatMap((part) => {
    if (part.name === 'tr') return [{ row: part, isHead: false }];
    if (!['thead', 'tbody', 'tfoot'].includes(part.name)) return [];
    const rows = elementsIn(part).filter(({ name }) => name === 'tr');
    return rows.map((row) => ({ row, isHead: part.name === 'thead' }));
  });
}

function cellsOf(row: Element): Element[] {
  return elementsIn(row).filter(({ name }) => name === 'td' || name === 'th');
}

function countHeaderRows(rows: Row[]): number {
  const inHead = rows.findIndex(({ isHead }) => !isHead);
  const heads = inHead < 0 ? rows.length : inHead;
  if (heads > 0) return heads;
  const first = rows[0] === undefined ? [] : cellsOf(rows[0].row);
  return first.length > 0 && first.every(({ name }) => name === 'th') ? 1 : 0;
}

/** Cell texts by row and column, with spans filled in. */
function layOut(rows: Row[]): string[][] {
  const grid: string[][] = rows.map(() => []);
  let cells = 0;
  for (const [top, { row }] of rows.entries()) {
    let column = 0;
    for (const cell of cellsOf(row)) {
      while (grid[top]?.[column] !== undefined) column++;
      const text = textOf(cell);
      const width = span(cell, 'colspan', widestSpan);
      const height = span(cell, 'rowspan', rows.length - top);
      cells += width * Math.min(height, rows.length - top);
      if (cells > maxCells) throw new DropError('EXTRACT_FAILED', `a table has more than ${maxCells} cells`);
      for (const line of grid.slice(top, top + height)) fill(line, column, width, text);
      column += width;
    }
  }
  return grid.map((line) => Array.from(line, (text) => text ?? ''));
}

/** Cells that an earlier cell spans are kept. */
function fill(line: string[], column: number, width: number, text: string): void {
  for (let at = column; at < column + width; at++) line[at] ??= text;
}

function span(cell: Element, attribute: 'colspan' | 'rowspan', max: number): number {
  const value = Number.parseInt(cell.attribs[attribute] ?? '1', 10);
  // "0" means down to the last row.
  if (value === 0 && attribute === 'rowspan') return max;
  return value >= 1 ? Math.min(value, max) : 1;
}

function columnNames(headers: string[][], width: number): string[] {
  const seen = new Map<string, number>();
  return Array.from({ length: width }, (_, column) => {
    const texts = headers.map((row) => row[column] ?? '').filter((text) => text !== '');
    const name = [...new Set(texts)].join(' ') || `column${column + 1}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} ${times}`;
  });
}

type Pair = [key: string, value: string];

function pairsOfRow(row: Element): Pair[] {
  const cells = cellsOf(row);
  if (!cells.some(({ name }) => name === 'th')) {
    const [first, second] = cells;
    return first && second ? [[textOf(first), textOf(second)]] : [];
  }
  return cells.flatMap((cell, index): Pair[] => {
    const next = cells[index + 1];
    return cell.name === 'th' && next?.name === 'td' ? [[textOf(cell), textOf(next)]] : [];
  });
}

function pairsOfList(list: Element): Pair[] {
  const entries = elementsIn(list).flatMap((entry) => (entry.name === 'div' ? elementsIn(entry) : [entry]));
  const pairs: { keys: string[]; values: string[] }[] = [];
  for (const entry of entries) {
    const open = pairs.at(-1);
    if (entry.name === 'dt' && open?.values.length === 0) open.keys.push(textOf(entry));
    else if (entry.name === 'dt') pairs.push({ keys: [textOf(entry)], values: [] });
    else if (entry.name === 'dd') open?.values.push(textOf(entry));
  }
  return pairs.flatMap(({ keys, values }) => keys.map((key): Pair => [key, values.join(', ')]));
}
