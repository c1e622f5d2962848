import type { Cell } from './cells.ts';
import type { RowsFormat } from './format.ts';
import { beginsFormula } from './formula.ts';
import { layoutOf, sharedLayout } from './layout.ts';
import type { ExportRecord } from './records.ts';

/** Without it, Excel reads a CSV file in the machine's old code page. */
export const byteOrderMark = '\ufeff';

/** A table (RFC 4180). */
export const csvFormat: RowsFormat = {
  madeOf: 'rows',
  needsColumns: true,
  open({ columns, ...marks }) {
    const arranged = sharedLayout(marks).arrange(columns);
    const names = arranged.map(({ column }) => column);
    const header = names.length === 0 ? '' : headerLine(arranged.map(({ label }) => label));
    return { head: byteOrderMark + header, row: (record) => recordLine(names, record), tail: () => '' };
  },
};

/** A record as text by column, safe to open in a spreadsheet; null is an empty cell. */
export function flatten(record: ExportRecord): Map<string, string> {
  const cells = layoutOf(record['_item']).cells(record);
  return new Map([...cells].map(([column, cell]) => [column, escapeFormula(cellText(cell))]));
}

/** The header line of RFC 4180. Column names may come from pages, so formulas in them are escaped as well. */
export function headerLine(columns: Iterable<string>): string {
  return csvLine([...columns].map(escapeFormula));
}

/** One line of RFC 4180, CRLF included; columns that the record does not have are empty. */
export function recordLine(columns: Iterable<string>, record: ExportRecord): string {
  const cells = flatten(record);
  return csvLine([...columns].map((column) => cells.get(column) ?? ''));
}

function csvLine(cells: string[]): string {
  // A single empty cell would be an empty line, which readers skip.
  if (cells.length === 1 && cells[0] === '') return '""\r\n';
  return `${cells.map(quote).join(',')}\r\n`;
}

function quote(cell: string): string {
  const needsQuotes = /[",;\r\n]|^\s|\s$/.test(cell);
  return needsQuotes ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function cellText(cell: Cell): string {
  return cell === null ? '' : String(cell);
}

/** Numbers stay numbers, and phone numbers stay as they are dialled. */
function escapeFormula(text: string): string {
  return beginsFormula(text) && !isNumber(text) && !isPhone(text) ? `'${text}` : text;
}

/** A number such as +30 21 0261 6578. With dashes, points or brackets a spreadsheet would calculate it as a sum. */
function isPhone(text: string): boolean {
  return /^\+\d+( \d+)*$/.test(text);
}

/** Each text matches in one way only, so the time is linear in its length. */
function isNumber(text: string): boolean {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text);
}
