import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { chunksOf } from './chunks.ts';
import { byteOrderMark } from './csv.ts';
import { openRecords, type RecordSource, type RecordsRequest } from './record-source.ts';
import type { ExportKind } from './records.ts';
import { foundRemarks, noRemarks, type Remarks } from './remarks.ts';
import { type FoundColumns, lookForColumns, type RowFormatName, rowFormatOf } from './row-formats.ts';

export const exportFormats = ['jsonl', 'json', 'csv', 'xlsx', 'geojson'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportRequest extends RecordsRequest {
  format: ExportFormat;
}

export interface ExportCounts {
  records: number;
  /** Written; text in UTF-8. */
  bytes: number;
  /** Those that are not 0; `remarkLines` says what they mean. */
  remarks?: Partial<Remarks>;
}

/** What is being written, and what was. */
interface Writing {
  source: RecordSource;
  what: ExportKind;
  remarks: Remarks;
  records: number;
}

/**
 * Writes the records of a run to a stream, in constant memory, as fast as the stream takes them. `csv` and
 * `xlsx` read the outcomes several times, since columns come first; with `sort` they are read once, to a
 * temporary file. `isStream`: another program reads it, for which a byte order mark would be part of the first column's
 * name. Ends the stream unless `end` is false; rejects with the stream's error.
 */
export async function exportRun(
  request: ExportRequest & { to: Writable; end?: boolean; isStream?: boolean },
): Promise<ExportCounts> {
  const remarks = noRemarks();
  using source = await openRecords(request, Date.now(), remarks);
  const writing: Writing = { source, what: request.what, remarks, records: 0 };
  let bytes = 0;
  const counted = async function* () {
    const onRecord = () => {
      writing.records += 1;
    };
    let isFirst = true;
    for await (const written of recordChunks(writing, request.format, onRecord)) {
      const isMarked = isFirst && request.isStream === true && written.indexOf(byteOrderMark) === 0;
      const chunk = isMarked ? written.subarray(Buffer.byteLength(byteOrderMark)) : written;
      isFirst = false;
      bytes += chunk.byteLength;
      yield chunk;
    }
  };
  await pipeline(counted(), request.to, { end: request.end ?? true });
  return { records: writing.records, bytes, ...foundRemarks(remarks) };
}

/** Of a source that is open: whoever opened it has made its remarks. */
export async function* recordChunks(
  writing: Pick<Writing, 'source' | 'what' | 'remarks'>,
  format: ExportFormat,
  onRecord: () => void,
): AsyncGenerator<Buffer> {
  if (format !== 'xlsx') return yield* chunksOf(rowsOf(writing, format, onRecord));
  // Few exports are spreadsheets, and every command would load what writes them.
  const { workbookChunks } = await import('./xlsx/workbook.ts');
  const { source, what: name, remarks } = writing;
  yield* workbookChunks({ source, name, remarks, onRecord });
}

async function* rowsOf(
  { source, remarks }: Pick<Writing, 'source' | 'remarks'>,
  name: RowFormatName,
  onRecord: () => void,
): AsyncGenerator<string> {
  const format = rowFormatOf(name, name === 'csv' ? await columnsOf(source, remarks) : noColumns);
  let isFirst = true;
  yield format.head;
  for await (const record of source.read()) {
    onRecord();
    yield format.row(record, isFirst);
    isFirst = false;
  }
  yield format.tail(isFirst);
}

const noColumns: FoundColumns = { columns: [], hasPlaces: false };

async function columnsOf(source: RecordSource, remarks: Remarks): Promise<FoundColumns> {
  const { add, found } = lookForColumns(remarks);
  for await (const record of source.read()) add(record);
  return found();
}
