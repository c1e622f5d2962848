import { DropError } from '../../errors.ts';
import { type CsvRow, type Dialect, parseCsv } from '../../extract/csv/parse-csv.ts';
import { sniffDialect } from '../../extract/csv/sniff-dialect.ts';
import type { UrlsSource } from '../../job/schema.ts';
import type { PageRequest } from '../../model.ts';
import type { SourceFile } from '../types.ts';
import { type Chunk, type ChunkLimits, isHttpUrl } from './urls-chunk.ts';

/** What the first row of a file says about the others. */
export interface CsvState {
  dialect: Dialect;
  /** The position of the column in its rows, from 0. */
  column: number;
  /** The number of columns. */
  width: number;
}

type ColumnSource = UrlsSource & { column: string };

/**
 * Text with one character for each byte, so that positions in it are those of the file. Delimiters, quotes and line breaks are
 * the same bytes in UTF-8, and no part of another character.
 */
const oneCharPerByte = 'latin1';

/**
 * Reads one chunk of a CSV file whose `column` holds URLs, in any dialect that pages of CSV may have: delimiter and quotes are
 * found out from the beginning of the file; quoted cells may hold line breaks. A row that may go on behind the chunk begins the
 * next one. A blank cell is passed over. A row with another number of cells than the first one is reported and not used: its
 * URL may be cut, or another column's. Throws `DropError` SOURCE_MISSING where no column, or more than one, has the name.
 */
export async function readCsvChunk(
  file: SourceFile,
  source: ColumnSource,
  request: PageRequest<'urls'>,
  limits: ChunkLimits,
): Promise<Chunk> {
  const { cursor } = request;
  const bytes = await file.readAt(cursor.offset, Math.max(limits.maxBytes, limits.maxLineBytes + 1));
  const text = Buffer.from(bytes).toString(oneCharPerByte);
  const head = cursor.csv === undefined ? readHead(text, source) : { state: cursor.csv, end: 0 };
  const firstRow = cursor.csv === undefined ? 2 : cursor.line;
  const isEnd = cursor.offset + bytes.length >= file.size;
  const { rows, end } = takeRows(text, head, { isEnd, maxRows: limits.maxLines });
  const chunk: Chunk = { links: [], next: [], invalid: [] };
  for (const [index, row] of rows.entries()) {
    const read = readRow(row, head.state);
    if (read === undefined) continue;
    if ('url' in read) chunk.links.push(source.label === undefined ? read : { ...read, label: source.label });
    else chunk.invalid.push({ url: read.cell, message: `row ${firstRow + index}: ${read.problem}` });
  }
  const offset = cursor.offset + end;
  if (offset >= file.size) return chunk;
  const next = { offset, line: firstRow + rows.length, version: file.version, csv: head.state };
  return { ...chunk, next: [{ ...request, attempt: 0, cursor: next }] };
}

/** The first row, and where it ends. */
function readHead(text: string, { file = '', column }: ColumnSource): { state: CsvState; end: number } {
  const bom = text.startsWith('\u00EF\u00BB\u00BF') ? 3 : 0;
  const body = text.slice(bom);
  const { dialect, start } = sniffDialect(body, {});
  const [head] = parseCsv(body.slice(start), dialect);
  const names = (head?.cells ?? []).map((cell) => textOf(cell));
  const position = names.indexOf(column);
  if (head === undefined || position === -1 || names.lastIndexOf(column) !== position) {
    const fault = position === -1 ? 'no column' : 'more than one column';
    const found = names.slice(0, 20).join(', ') || 'empty';
    const remedy = /^(?:\u00FF\u00FE|\u00FE\u00FF)/.test(text)
      ? '. The file is UTF-16: save it as UTF-8'
      : '';
    throw new DropError(
      'SOURCE_MISSING',
      `${file} has ${fault} ${column}: its first row is ${found}${remedy}`,
    );
  }
  return {
    state: { dialect, column: position, width: names.length },
    end: bom + start + head.end,
  };
}

/** The rows of a text that are surely whole, and where they end: at least one, so that each chunk goes on. */
function takeRows(
  text: string,
  { state, end: start }: { state: CsvState; end: number },
  { isEnd, maxRows }: { isEnd: boolean; maxRows: number },
): { rows: CsvRow[]; end: number } {
  const rows: CsvRow[] = [];
  let end = start;
  for (const row of parseCsv(text.slice(start), state.dialect)) {
    const rowEnd = start + row.end;
    const mayGoOn = !isEnd && (row.isOpen || rowEnd === text.length);
    if (rows.length === maxRows || (mayGoOn && end > 0)) return { rows, end };
    // A row as long as a chunk is cut; what is left of it is reported as a row of another width.
    rows.push(mayGoOn ? { ...row, isOpen: true } : row);
    end = rowEnd;
  }
  return { rows, end: isEnd || rows.length === 0 ? text.length : end };
}

type ReadRow = { url: string } | { cell: string; problem: string } | undefined;

function readRow({ cells, isOpen }: CsvRow, { column, width }: CsvState): ReadRow {
  const url = textOf(cells[column] ?? '');
  const cell = url.slice(0, 200);
  if (isOpen) return { cell, problem: 'a quote that is not closed, or too many bytes' };
  const isOdd = cells.length < width || cells.slice(width).some((extra) => extra !== '');
  if (isOdd) return { cell, problem: `${cells.length} cells, and the first row has ${width}` };
  if (url === '') return undefined;
  return isHttpUrl(url) ? { url } : { cell, problem: 'not an absolute http or https URL' };
}

function textOf(cell: string): string {
  return Buffer.from(cell, oneCharPerByte).toString('utf8').trim();
}
