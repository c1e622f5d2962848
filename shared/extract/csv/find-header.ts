import type { SheetCell } from './sheet-cell.ts';
import { commonWidth } from './sniff-dialect.ts';

/** The names of a table's columns, and where its rows begin. */
export interface Header {
  columns: string[];
  /** The index of the first row below it. */
  first: number;
  /** Rows above it, such as a title. */
  above: number;
  /** Names that columns have instead of a heading that is another's too, or that is not there. */
  odd: OddNames;
}

interface OddNames {
  repeated: string[];
  unnamed: string[];
}

/** The rows by which it is found out whether there is a header. */
const sampleRows = 100;

/**
 * The header of a table: the row of that number, or none (`false`). Else the first row that is as wide as most, unless one of
 * its cells is a number or a date, or empty and not the first; then there is none. Columns without a name are called `column2`, a second `price`
 * is `price_2`.
 */
export function findHeader(
  rows: readonly (readonly SheetCell[])[],
  given: number | false | undefined,
): Header {
  const sample = rows.slice(0, sampleRows);
  const width = Math.max(1, commonWidth(sample));
  if (typeof given === 'number') return headerAt(rows, given - 1, width);
  const at = sample.findIndex((cells) => cells.length === width && isFilled(cells.at(-1)));
  const isHeader =
    given === undefined &&
    at !== -1 &&
    (rows[at] ?? []).every((cell, index) => isName(cell) || (index === 0 && !isFilled(cell)));
  return isHeader ? headerAt(rows, at, width) : { ...nameColumns([], width), first: 0, above: 0 };
}

function headerAt(rows: readonly (readonly SheetCell[])[], at: number, width: number): Header {
  const names = (rows[at] ?? []).map((cell) =>
    cell === null || typeof cell === 'object' ? '' : String(cell),
  );
  return { ...nameColumns(names, Math.max(width, names.length)), first: at + 1, above: at };
}

function isFilled(cell: SheetCell | undefined): boolean {
  return cell !== undefined && cell !== null && cell !== '';
}

const numberOrDate = /^[-+]?[\d.,' ]*\d\s*%?$|^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[T ].*)?$/;

function isName(cell: SheetCell): boolean {
  return typeof cell === 'string' && cell.trim() !== '' && !numberOrDate.test(cell.trim());
}

function nameColumns(names: string[], width: number): Pick<Header, 'columns' | 'odd'> {
  const taken = new Set<string>();
  const odd: OddNames = { repeated: [], unnamed: [] };
  const columns = Array.from({ length: width }, (_, index) => {
    const written = names[index]?.replace(/\s+/g, ' ').trim() ?? '';
    const name = written || columnName(index);
    let own = name;
    for (let number = 2; taken.has(own); number++) own = `${name}_${number}`;
    taken.add(own);
    if (own !== name) odd.repeated.push(own);
    // Without a header no column has a name.
    else if (written === '' && names.length > 0) odd.unnamed.push(own);
    return own;
  });
  return { columns, odd };
}

/** The name of a column that has none. */
export function columnName(index: number): string {
  return `column${index + 1}`;
}
