import type { ItemMark, Json, LostValue } from '../../model.ts';
import type { RowOddity } from '../../text/row-text.ts';
import { marksOfNames } from '../values/number-names.ts';
import { columnName, findHeader } from './find-header.ts';
import type { LostCell, SheetCell } from './sheet-cell.ts';

/** A row of a table file. */
export interface TableRow {
  cells: readonly SheetCell[];
  isBroken?: boolean;
}

/** The rows of a table as objects, and what there is to be said of them. */
export interface TableRows {
  rows: Record<string, Json>[];
  columns: string[];
  /** Rows above the header. */
  above: number;
}

/** Where odd rows are marked, by the objects that they became. */
export interface RowMarks {
  marks: WeakMap<object, ItemMark[]>;
  /** Where values that rows lack are kept, by the objects that they became: `field` is the name of the column. */
  lost?: WeakMap<object, LostValue[]>;
  /** A row ends with its last cell that is not empty. */
  endsEarly?: boolean;
}

/**
 * Makes an object of each row, by the names of the columns; an empty cell is null. A row with too few cells lacks the last ones, of
 * one with too many the others are named as columns without a name are; both are marked. Last columns that are empty in all rows are
 * none, and neither are rows without any text. The first row says which headings do not do as names.
 */
export function tableRows(
  written: readonly TableRow[],
  header: number | false | undefined,
  { marks, lost, endsEarly = false }: RowMarks,
): TableRows {
  const all = withoutEmptyColumns(written);
  const found = findHeader(
    all.map(({ cells }) => cells),
    header,
  );
  const { columns, first, above, odd } = found;
  const ofTable = marksOfNames(odd).map((mark): ItemMark => ({ ...mark, field: '' }));
  const filled = all.slice(first).filter(({ cells }) => filledWidth(cells) > 0);
  const rows = filled.map((row, index) => {
    const made = rowOf(row.cells, columns);
    const reason = oddityOf(row, columns.length, endsEarly);
    const ofRow: ItemMark[] = reason === undefined ? [] : [{ kind: 'row', field: '', source: reason }];
    const own = index === 0 ? [...ofTable, ...ofRow] : ofRow;
    if (own.length > 0) marks.set(made, own);
    const losses = lossesIn(row.cells, columns);
    if (losses.length > 0) lost?.set(made, losses);
    return made;
  });
  return { rows, columns, above };
}

/** Without the last columns that are empty in every row, such as those of commas at the end of all lines. */
function withoutEmptyColumns(rows: readonly TableRow[]): readonly TableRow[] {
  const width = rows.reduce((widest, { cells }) => Math.max(widest, filledWidth(cells)), 0);
  return rows.map((row) => (row.cells.length <= width ? row : { ...row, cells: row.cells.slice(0, width) }));
}

/** The number of cells up to the last that is not empty. */
function filledWidth(cells: readonly SheetCell[]): number {
  return cells.findLastIndex((cell) => cell !== '' && cell !== null) + 1;
}

function oddityOf({ cells, isBroken }: TableRow, width: number, endsEarly: boolean): RowOddity | undefined {
  if (isBroken === true) return 'quotes';
  if (cells.length === width) return undefined;
  if (cells.length > width) return 'long';
  return endsEarly ? undefined : 'short';
}

function lossesIn(cells: readonly SheetCell[], columns: readonly string[]): LostValue[] {
  return cells.flatMap((cell, index): LostValue[] => {
    if (!isLostCell(cell)) return [];
    return [{ field: columns[index] ?? columnName(index), step: 'formula', found: cell.formula }];
  });
}

function isLostCell(cell: SheetCell): cell is LostCell {
  return typeof cell === 'object' && cell !== null;
}

function rowOf(cells: readonly SheetCell[], columns: readonly string[]): Record<string, Json> {
  const row: Record<string, Json> = {};
  for (let index = 0; index < Math.max(cells.length, columns.length); index++) {
    const name = columns[index] ?? columnName(index);
    const cell = cells[index] ?? null;
    const value = cell === '' || isLostCell(cell) ? null : cell;
    // `__proto__` has a setter, which would take the value.
    if (name !== '__proto__') row[name] = value;
    else Object.defineProperty(row, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return row;
}
