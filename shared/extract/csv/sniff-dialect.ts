import type { TableOptions } from '../../job/table-schema.ts';
import { type Dialect, parseCsv } from './parse-csv.ts';

/** The delimiters that are looked for; of several that fit alike, the first. */
const delimiters = [',', ';', '\t', '|'] as const;

/** The beginning of a file, by which its dialect is found out. */
const sampleChars = 65_536;
const sampleRows = 100;

/** A file that names its delimiter in a first line, as Excel reads it. */
const stated = /^sep=([^\r\n])\r?\n/i;

/**
 * The dialect of a text, by its beginning: the delimiter with which most rows come to the same number of cells, two at least, and
 * cells hold the least of what delimits elsewhere. A comma where none does. `start`: where the rows begin.
 */
export function sniffDialect(
  text: string,
  { delimiter, quote }: TableOptions,
): { dialect: Dialect; start: number } {
  const line = stated.exec(text);
  const start = line?.[0].length ?? 0;
  const sample = wholeLines(text.slice(start, start + sampleChars), text.length > start + sampleChars);
  const quoteMark = quote ?? quoteOf(sample);
  const isBackslashed = sample.includes(`\\${quoteMark}`) && !sample.includes(`${quoteMark}${quoteMark}`);
  const dialectWith = (mark: string): Dialect => ({
    delimiter: mark,
    quote: quoteMark,
    escape: isBackslashed ? 'backslash' : 'twice',
    isPadded: false,
  });
  const known = delimiter ?? line?.[1];
  const dialect = dialectWith(known ?? delimiterOf(sample, dialectWith));
  return { dialect: { ...dialect, isPadded: isPadded(sample, dialect) }, start };
}

function delimiterOf(sample: string, dialectWith: (mark: string) => Dialect): string {
  const scored = delimiters.map((mark) => ({ mark, score: scoreOf(sample, dialectWith(mark)) }));
  return scored.reduce((one, other) => (other.score > one.score ? other : one)).mark;
}

/** Do all cells but the first of a row begin with a blank? */
function isPadded(sample: string, dialect: Dialect): boolean {
  const cells = sampleOf(sample, dialect).flatMap((row) => row.slice(1));
  return cells.length > 0 && cells.every((cell) => cell.startsWith(' '));
}

function sampleOf(sample: string, dialect: Dialect): string[][] {
  const rows: string[][] = [];
  for (const { cells } of parseCsv(sample, dialect)) {
    rows.push(cells);
    if (rows.length === sampleRows) break;
  }
  return rows;
}

/** A row that is cut has fewer cells than it is of. */
function wholeLines(sample: string, isCut: boolean): string {
  return isCut ? sample.slice(0, Math.max(sample.lastIndexOf('\n'), sample.lastIndexOf('\r')) + 1) : sample;
}

/** Single quotes where cells stand in them and no double quote is there. */
function quoteOf(sample: string): '"' | "'" {
  if (sample.includes('"')) return '"';
  const inSingle = sample.match(/(?:^|[,;|\t\n\r])'[^'\n\r]*'(?=[,;|\t\n\r]|$)/g)?.length ?? 0;
  return inSingle >= 2 ? "'" : '"';
}

/** From 0, one cell a row, to 1: rows of one width, with cells that are surely cells. */
function scoreOf(sample: string, dialect: Dialect): number {
  const rows = sampleOf(sample, dialect);
  const width = commonWidth(rows);
  if (width < 2) return 0;
  const alike = rows.filter((cells) => cells.length === width).length / rows.length;
  const cells = rows.flat();
  const clean = cells.filter((cell) => isClean(cell, dialect.delimiter)).length / cells.length;
  return alike * clean;
}

/** The width of most rows; of several, the greatest. 0 without rows. */
export function commonWidth(rows: readonly (readonly unknown[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const byCount = [...counts].sort(([a, one], [b, other]) => other - one || b - a);
  return byCount[0]?.[0] ?? 0;
}

const otherMark = /[,;|\t](?! )/;
const number = /^\s*[-+]?[\d.,' ]*\d\s*%?\s*$/;

/** A number may hold a comma, and so may a sentence, with a blank behind it. */
function isClean(cell: string, delimiter: string): boolean {
  return number.test(cell) || !otherMark.test(cell.replaceAll(delimiter, ''));
}
