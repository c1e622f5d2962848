import { type Element, isTag } from 'domhandler';
import type { Json } from '../../model.ts';
import { textOf } from '../values/text.ts';
import type { Spot } from './spot.ts';
import { elementsIn, gridOf, type TableGrid } from './table-grid.ts';

/**
 * The rows of the first table at or below `spot`, as objects by the names of their columns. Names are the texts of the nearest header
 * rows above (`gridOf`), several levels joined by " / "; of a column without one `column1`, `column2`, …; a repeated name gets
 * a number. Cells over several rows or columns count in each. A heading over the whole width is `_group` of the rows below it.
 * Empty cells are null, empty rows left out. `undefined` without a table. Throws `EXTRACT_FAILED` beyond a million cells.
 */
export function readRows(spot: Spot): Json | undefined {
  const table = find(spot, ['table']);
  if (table === undefined) return undefined;
  const grid = gridOf(table);
  const width = grid.rows.reduce((widest, row) => Math.max(widest, row.length), 0);
  const texts = textsOf(grid.rows);
  const isGroup = groupsOf(grid, width);
  const found: Record<string, Json>[] = [];
  const headings: Headings = { columns: [], group: isGroup.includes(true) ? { text: null } : undefined };
  const blocks = blocksOf(grid.isHeader);
  for (const block of blocks) {
    const { start, end, isHeader } = block;
    // A last row of headers alone names nothing: it repeats the header, or is a row of sums.
    const isLast = isHeader && start > 0 && block === blocks.at(-1);
    const rows = texts.slice(start, end).filter((row) => !isLast || !repeats(row, headings));
    if (isHeader && !isLast) setHeadings(headings, rows, isGroup.slice(start, end));
    else for (const row of rowObjects(rows, headings, width)) found.push(row);
  }
  return found;
}

/** What stands above a row. */
interface Headings {
  /** Of each column the texts of its header, from the top. */
  columns: string[][];
  /** The heading over the whole width; `undefined` of a table that has none. */
  group: { text: string | null } | undefined;
}

/** A column without a header among these keeps the one that it has. */
function setHeadings(headings: Headings, rows: readonly string[][], isGroup: readonly boolean[]): void {
  const groups = rows.filter((_, index) => isGroup[index]).map(([text = '']) => text);
  if (headings.group !== undefined && groups.length > 0) headings.group.text = groups.join(' / ') || null;
  const levels = rows.filter((_, index) => !isGroup[index]);
  const width = levels.reduce((widest, row) => Math.max(widest, row.length), 0);
  for (let column = 0; column < width; column++) {
    const texts = levels.map((row) => row[column] ?? '').filter((text) => text !== '');
    if (texts.length > 0) headings.columns[column] = [...new Set(texts)];
  }
}

function repeats(row: readonly string[], { columns }: Headings): boolean {
  return row.every((text, column) => text === '' || columns[column]?.includes(text) === true);
}

/** Of each row: is it one heading, over the whole width or alone in a row between rows of data? */
function groupsOf({ rows, isHeader }: TableGrid, width: number): boolean[] {
  const firstBelow = isHeader.indexOf(false);
  return rows.map((row, index) => {
    const isAlone = isHeader[index] === true && row.length > 0 && row.every((cell) => cell === row[0]);
    const isBetween = firstBelow !== -1 && index > firstBelow;
    return width > 1 && isAlone && (row.length === width || isBetween);
  });
}

function rowObjects(
  rows: readonly string[][],
  { columns, group }: Headings,
  width: number,
): Record<string, Json>[] {
  const names = columnNames(columns, width);
  const filled = rows.filter((row) => row.some((cell) => cell !== ''));
  return filled.map((row) => {
    const cells = names.map((name, column): [string, Json] => [name, row[column] || null]);
    return Object.fromEntries(group === undefined ? cells : [['_group', group.text], ...cells]);
  });
}

/** Rows that follow each other and are headers, or are none. */
interface RowBlock {
  isHeader: boolean;
  start: number;
  end: number;
}

function blocksOf(isHeader: readonly boolean[]): RowBlock[] {
  const blocks: RowBlock[] = [];
  for (const [index, is] of isHeader.entries()) {
    const open = blocks.at(-1);
    if (open?.isHeader === is) open.end = index + 1;
    else blocks.push({ isHeader: is, start: index, end: index + 1 });
  }
  return blocks;
}

/**
 * The first table or definition list at or below `spot` as one object: `<th>` to the `<td>` after it,
 * first cell to second where there is no `<th>`, `<dt>` to its `<dd>`. Several values of one heading, such as those of rows that it
 * spans, are joined by ", "; of equal headings the first counts. `undefined` without a table or list.
 */
export function readPairs(spot: Spot): Json | undefined {
  const found = find(spot, ['table', 'dl']);
  if (found === undefined) return undefined;
  const firsts = new Map<string, Json>();
  for (const [key, value] of found.name === 'dl' ? pairsOfList(found) : pairsOfTable(found)) {
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

/** Of each column; no two are equal, also where a header is named as another column would be numbered. */
function columnNames(columns: readonly string[][], width: number): string[] {
  const texts = Array.from({ length: width }, (_, column) => columns[column]?.join(' / ') ?? '');
  const used = new Set(['_group']);
  const taken = new Set([...texts, '_group']);
  const numbers = new Map<string, number>();
  return texts.map((text, column) => {
    const stem = text || `column${column + 1}`;
    let number = numbers.get(stem) ?? 1;
    let name = stem;
    while (used.has(name) || (name !== text && taken.has(name))) name = `${stem} ${++number}`;
    numbers.set(stem, number);
    used.add(name);
    return name;
  });
}

type Pair = [key: string, value: string];

function pairsOfTable(table: Element): Pair[] {
  const values = new Map<Element, Set<Element>>();
  for (const row of gridOf(table).rows) {
    for (const [key, value] of cellPairs([...new Set(row.filter((cell) => cell !== undefined))])) {
      values.set(key, (values.get(key) ?? new Set()).add(value));
    }
  }
  return [...values].map(([key, cells]): Pair => {
    const texts = [...cells].map(textOf).filter((text) => text !== '');
    return [textOf(key), texts.join(', ')];
  });
}

function cellPairs(cells: readonly Element[]): [key: Element, value: Element][] {
  if (!cells.some(({ name }) => name === 'th')) {
    const [first, second] = cells;
    return first && second ? [[first, second]] : [];
  }
  return cells.flatMap((cell, index): [Element, Element][] => {
    const next = cells[index + 1];
    return cell.name === 'th' && next?.name === 'td' ? [[cell, next]] : [];
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
