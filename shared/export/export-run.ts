import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ExportFormat } from '../job/export-formats.ts';
import { chunksOf } from './chunks.ts';
import { lookForColumns } from './columns.ts';
import { byteOrderMark } from './csv.ts';
import type { FoundColumns, RowsFormat, WriteRequest } from './format.ts';
import { formatOf } from './formats.ts';
import { openRecords, type RecordsRequest } from './record-source.ts';
import { foundRemarks, noRemarks, type Remarks } from './remarks.ts';

export interface ExportRequest extends RecordsRequest {
  format: ExportFormat;
}

export interface ExportCounts {
  records: number;
  /** Bytes written; text is UTF-8. */
  bytes: number;
  /** Those that are not 0; `remarkLines` explains them. */
  remarks?: Partial<Remarks>;
}

/**
 * Writes the records of a run to a stream, in constant memory, at the speed of the stream. Tables read the
 * outcomes several times, since columns come first; with `sort` they are read once, into a temporary file.
 * `isStream`: another program reads it, to which a byte order mark would be part of the first column's name. Ends
 * the stream unless `end` is false; rejects with the stream's error.
 */
export async function exportRun(
  request: ExportRequest & { to: Writable; end?: boolean; isStream?: boolean },
): Promise<ExportCounts> {
  const remarks = noRemarks();
  using source = await openRecords(request, Date.now(), remarks);
  let [records, bytes] = [0, 0];
  const onRecord = () => {
    records += 1;
  };
  const counted = async function* () {
    const whole = { source, name: request.what, remarks, onRecord };
    let isFirst = true;
    for await (const written of recordChunks(request.format, whole)) {
      const isMarked = isFirst && request.isStream === true && written.indexOf(byteOrderMark) === 0;
      const chunk = isMarked ? written.subarray(Buffer.byteLength(byteOrderMark)) : written;
      isFirst = false;
      bytes += chunk.byteLength;
      yield chunk;
    }
  };
  await pipeline(counted(), request.to, { end: request.end ?? true });
  return { records, bytes, ...foundRemarks(remarks) };
}

/** The chunks of a source that is open, whose remarks the caller has. */
export function recordChunks(name: ExportFormat, request: WriteRequest): AsyncIterable<Buffer> {
  const format = formatOf(name);
  return format.madeOf === 'whole' ? format.chunks(request) : chunksOf(rowsOf(format, request));
}

async function* rowsOf(format: RowsFormat, request: WriteRequest): AsyncGenerator<string> {
  const { source, onRecord } = request;
  const { head, row, tail } = format.open(format.needsColumns ? await columnsOf(request) : noColumns);
  let isFirst = true;
  yield head;
  for await (const record of source.read()) {
    onRecord();
    yield row(record, isFirst);
    isFirst = false;
  }
  yield tail(isFirst);
}

const noColumns: FoundColumns = { columns: [] };

async function columnsOf({ source, remarks }: WriteRequest): Promise<FoundColumns> {
  const { add, found } = lookForColumns(remarks);
  for await (const record of source.read()) add(record);
  return found();
}
