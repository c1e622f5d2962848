import type { Json } from '../model.ts';
import type { ExportRecord } from './records.ts';

/** Excel takes a CSV file without it for the machine's old code page. */
export const byteOrderMark = '\ufeff';

/**
 * A record as cells by column: nested objects as `a.b`, lists of scalars joined by "; ", other lists
 * as JSON, null as an empty cell. Two values that come to one column are joined by "; " too.
 */
export function flatten(record: ExportRecord): Map<string, string> {
  const cells = new Map<string, string>();
  const put = (column: string, value: Json) => {
    if (isObject(value) && Object.keys(value).length > 0) {
      for (const [key, inner] of Object.entries(value)) put(`${column}.${key}`, inner);
      return;
    }
    const earlier = cells.get(column);
    const text = disarm(cellText(value));
    cells.set(column, earlier === undefined || earlier === '' ? text : `${earlier}; ${text}`);
  };
  for (const [key, value] of Object.entries(record)) put(key, value);
  return cells;
}

/** The header line of RFC 4180. Column names may come from pages, so they are disarmed as well. */
export function headerLine(columns: Iterable<string>): string {
  return csvLine([...columns].map(disarm));
}

/** One line of RFC 4180, CRLF included; columns the record does not have are empty. */
export function recordLine(columns: Iterable<string>, record: ExportRecord): string {
  const cells = flatten(record);
  return csvLine([...columns].map((column) => cells.get(column) ?? ''));
}

function csvLine(cells: string[]): string {
  // A lone empty cell would be an empty line, which readers skip.
  if (cells.length === 1 && cells[0] === '') return '""\r\n';
  return `${cells.map(quote).join(',')}\r\n`;
}

function quote(cell: string): string {
  const needsQuotes = /[",;\r\n]|^\s|\s$/.test(cell);
  return needsQuotes ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function cellText(value: Json): string {
  if (value === null) return '';
  if (Array.isArray(value)) {
    const isFlat = value.every((entry) => entry === null || typeof entry !== 'object');
    return isFlat ? value.map((entry) => String(entry ?? '')).join('; ') : JSON.stringify(value);
  }
  return isObject(value) ? '' : String(value);
}

/** A spreadsheet runs cells that begin so as a formula (OWASP, CSV injection). Numbers stay numbers. */
function disarm(text: string): string {
  const looksLikeFormula = /^[=+\-@\t\r\n]/.test(text);
  return looksLikeFormula && !isNumber(text) ? `'${text}` : text;
}

/** One way to match each text: the time grows with the length, not with its square. */
function isNumber(text: string): boolean {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text);
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
