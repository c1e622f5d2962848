import { type Element, isTag } from 'domhandler';
import type { Json } from '../../model.ts';
import { textOf } from '../values/text.ts';
import type { Spot } from './spot.ts';
import { cellsOf, elementsIn, gridOf, rowsOf } from './table-grid.ts';

/**
 * The rows of the first table at or below `spot`, as objects by the text of their column's header: the rows of
 * `<thead>`, else a first row that has only `<th>`. Headers of several rows are joined; columns without one are
 * `column1`, `column2`, …; a repeated header gets a number. Cells over several rows or columns count in each.
 * Empty cells are null. `undefined` without a table. Throws `EXTRACT_FAILED` beyond a million cells.
 */
export function readRows(spot: Spot): Json | undefined {
  const table = find(spot, ['table']);
  if (table === undefined) return undefined;
  const { rows, headerRows } = gridOf(table);
  const grid = textsOf(rows);
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

function find(spot: Spot, names: string[]): Element | undefined {
  const waiting: Element[] = isTag(spot) ? [spot] : elementsIn(spot).reverse();
  for (let element = waiting.pop(); element !== undefined; element = waiting.pop()) {
    if (names.includes(element.name)) return element;
    for (const child of elementsIn(element).reverse()) waiting.push(child);
  }
  return undefined;
}

/** The text of each cell, read once where it spans several. */
function textsOf(rows: readonly (Element | undefined)[][]): string[][] {
  const texts = new Map<Element, string>();
  const textOfCell = (cell: Element): string => {
    const text = texts.get(cell) ?? textOf(cell);
    texts.set(cell, text);
    return text;
  };
  return rows.map((row) => row.map((cell) => (cell === undefined ? '' : textOfCell(cell))));
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
