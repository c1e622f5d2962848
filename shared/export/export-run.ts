import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Outcomes } from '../coordination/ports.ts';
import { byteOrderMark, flatten, headerLine, recordLine } from './csv.ts';
import { type ExportKind, type ExportRecord, listRecords, recordsOf } from './records.ts';

export const exportFormats = ['jsonl', 'json', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportRequest {
  outcomes: Pick<Outcomes, 'list'>;
  run: string;
  what: ExportKind;
  format: ExportFormat;
}

export interface ExportCounts {
  records: number;
  /** Written, in UTF-8. */
  bytes: number;
}

/** Lines are written together up to this size: a write per line would cost more than the line. */
const chunkChars = 65_536;

/**
 * Writes the records of a run to a stream, in constant memory, as fast as the stream takes them.
 * `csv` reads the outcomes twice, since its header needs every column first. Ends the stream unless
 * `end` is false; rejects with the stream's error.
 */
export async function exportRun(
  request: ExportRequest & { to: Writable; end?: boolean },
): Promise<ExportCounts> {
  const counts: ExportCounts = { records: 0, bytes: 0 };
  const lines = linesOf(request, counts);
  await pipeline(chunksOf(lines, counts), request.to, { end: request.end ?? true });
  return counts;
}

async function* linesOf(request: ExportRequest, counts: ExportCounts): AsyncGenerator<string> {
  const { outcomes, run, what, format } = request;
  if (format === 'csv') return yield* csvLines(request, counts);
  if (format === 'json') return yield* jsonLines(listRecords(outcomes, run, what), counts);
  for await (const record of listRecords(outcomes, run, what)) {
    counts.records += 1;
    yield `${JSON.stringify(record)}\n`;
  }
}

async function* jsonLines(
  records: AsyncIterable<ExportRecord>,
  counts: ExportCounts,
): AsyncGenerator<string> {
  for await (const record of records) {
    counts.records += 1;
    yield `${counts.records === 1 ? '[\n' : ',\n'}${JSON.stringify(record)}`;
  }
  yield counts.records === 0 ? '[]\n' : '\n]\n';
}

/** The second pass reads no more outcomes than the first: a run that is still going on adds some meanwhile. */
async function* csvLines(request: ExportRequest, counts: ExportCounts): AsyncGenerator<string> {
  const { outcomes, run, what } = request;
  const columns = new Set<string>();
  let seen = 0;
  for await (const outcome of outcomes.list(run)) {
    seen += 1;
    for (const record of recordsOf(outcome, what)) {
      for (const column of flatten(record).keys()) columns.add(column);
    }
  }
  yield byteOrderMark;
  if (columns.size === 0) return;
  yield headerLine(columns);
  for await (const record of listRecords(outcomes, run, what, seen)) {
    counts.records += 1;
    yield recordLine(columns, record);
  }
}

async function* chunksOf(lines: AsyncIterable<string>, counts: ExportCounts): AsyncGenerator<Buffer> {
  let pending = '';
  const take = () => {
    const chunk = Buffer.from(pending, 'utf8');
    pending = '';
    counts.bytes += chunk.byteLength;
    return chunk;
  };
  for await (const line of lines) {
    pending += line;
    if (pending.length >= chunkChars) yield take();
  }
  if (pending !== '') yield take();
}
