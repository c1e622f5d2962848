import type { Element } from 'domhandler';
import { numberNames } from '../values/number-names.ts';
import { textOf } from '../values/text.ts';
import { gridOf, type TableGrid } from './table-grid.ts';

/** The rows of a table that are data, and what their columns are called. */
export interface TableLayout {
  /** By their `tr`, in the order in which they count: those of `tfoot` last. */
  rows: ReadonlyMap<Element, DataRow>;
  oddities: ColumnOddities;
  /** The text of a cell, read once where it spans several rows. */
  textOf(cell: Element | undefined): string;
}

/** A row of data. */
export interface DataRow {
  /** A cell over several rows or columns stands in each. */
  cells: readonly (Element | undefined)[];
  /** The positions of the columns by their names, which rows under one header share. */
  columns: ReadonlyMap<string, number>;
  /** The heading over the whole width that stands above it; null above the first, `undefined` in a table that has none. */
  group: string | null | undefined;
}

/** What is odd about the names of the columns. */
export interface ColumnOddities {
  /** The headings that several columns have. */
  texts: ReadonlySet<string>;
  /** The names that such columns have instead. */
  repeated: string[];
  /** The names of columns without a heading, beside such that have one. */
  unnamed: string[];
}

/** Names that no column has: what else there is to be said of a row. */
const ownNames: readonly string[] = ['_table', '_caption', '_heading', '_group'];

const layouts = new WeakMap<Element, TableLayout>();

/**
 * The rows of a table by the names of their columns. Names are the texts of the nearest header rows above (`gridOf`), several levels
 * joined by " / "; of a column without one `column1`, `column2`, …; a repeated name gets a number. A heading over the whole width
 * is the group of the rows below it. Rows without text are left out. Made once for a table. Throws `EXTRACT_FAILED` beyond a million cells.
 */
export function layoutOf(table: Element): TableLayout {
  const known = layouts.get(table);
  if (known !== undefined) return known;
  const layout = layOut(gridOf(table));
  layouts.set(table, layout);
  return layout;
}

function layOut(grid: TableGrid): TableLayout {
  const width = grid.rows.reduce((widest, row) => Math.max(widest, row.length), 0);
  const isGroup = groupsOf(grid, width);
  const textOfCell = memoizeTexts();
  const rows = new Map<Element, DataRow>();
  const odd = { texts: new Set<string>(), repeated: new Set<string>(), unnamed: new Set<string>() };
  const headings: Headings = { columns: [], group: isGroup.includes(true) ? { text: null } : undefined };
  const blocks = blocksOf(grid.isHeader);
  for (const block of blocks) {
    // A last row of headers alone names nothing: it repeats the header, or is a row of sums.
    const isLast = block.isHeader && block.start > 0 && block === blocks.at(-1);
    const texts = block.isHeader
      ? grid.rows.slice(block.start, block.end).map((row) => row.map(textOfCell))
      : [];
    if (block.isHeader && !isLast) {
      setHeadings(headings, texts, isGroup.slice(block.start, block.end));
      continue;
    }
    const columns = nameColumns(headings.columns, width, odd);
    for (let index = block.start; index < block.end; index++) {
      const cells = grid.rows[index] ?? [];
      const element = grid.elements[index];
      const repeated = isLast && repeats(texts[index - block.start] ?? [], headings);
      if (element === undefined || repeated || cells.every((cell) => textOfCell(cell) === '')) continue;
      rows.set(element, { cells, columns, group: headings.group?.text });
    }
  }
  const oddities = { texts: odd.texts, repeated: [...odd.repeated], unnamed: [...odd.unnamed] };
  return { rows, oddities, textOf: textOfCell };
}

/** Of a slot without a cell, none. */
function memoizeTexts(): TableLayout['textOf'] {
  const texts = new Map<Element, string>();
  return (cell) => {
    if (cell === undefined) return '';
    const text = texts.get(cell) ?? textOf(cell);
    texts.set(cell, text);
    return text;
  };
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
  if (headings.group !== undefined && groups.length > 0) {
    headings.group = { text: groups.join(' / ') || null };
  }
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

/** The columns by their names; what is odd about these is added to `odd`. */
function nameColumns(
  columns: readonly string[][],
  width: number,
  odd: Record<keyof ColumnOddities, Set<string>>,
): ReadonlyMap<string, number> {
  const texts = Array.from({ length: width }, (_, column) => columns[column]?.join(' / ') ?? '');
  const hasHeader = texts.some((text) => text !== '');
  const names = numberNames(
    texts.map((text, column) => text || `column${column + 1}`),
    texts,
    ownNames,
  );
  for (const [column, name] of names.entries()) {
    const text = texts[column] ?? '';
    if (text === '' && hasHeader) odd.unnamed.add(name);
    if (text === '' || name === text) continue;
    odd.texts.add(text);
    odd.repeated.add(name);
  }
  return new Map(names.map((name, column) => [name, column]));
}
