import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Json } from '../model.ts';
import { chunksOf } from './chunks.ts';
import { byteOrderMark, flatten, headerLine, recordLine } from './csv.ts';
import { featureOf } from './geojson.ts';
import { layoutOf } from './layout.ts';
import { openRecords, type RecordSource, type RecordsRequest } from './record-source.ts';
import type { ExportKind, ExportRecord } from './records.ts';
import { noRemarks, type Remarks } from './remarks.ts';

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
 * temporary file. Ends the stream unless `end` is false; rejects with the stream's error.
 */
export async function exportRun(
  request: ExportRequest & { to: Writable; end?: boolean },
): Promise<ExportCounts> {
  const remarks = noRemarks();
  using source = await openRecords(request, Date.now(), remarks);
  const writing: Writing = { source, what: request.what, remarks, records: 0 };
  let bytes = 0;
  const counted = async function* () {
    for await (const chunk of formats[request.format](writing)) {
      bytes += chunk.byteLength;
      yield chunk;
    }
  };
  await pipeline(counted(), request.to, { end: request.end ?? true });
  const found = Object.entries(remarks).filter(([, count]) => count > 0);
  const remarked = found.length === 0 ? {} : { remarks: Object.fromEntries(found) };
  return { records: writing.records, bytes, ...remarked };
}

const formats: Record<ExportFormat, (writing: Writing) => AsyncGenerator<Buffer>> = {
  jsonl: (writing) => chunksOf(jsonlLines(writing)),
  json: (writing) => chunksOf(jsonLines(writing, '[', ']')),
  csv: (writing) => chunksOf(csvLines(writing)),
  xlsx: workbook,
  geojson: (writing) =>
    chunksOf(jsonLines(writing, '{"type":"FeatureCollection","features":[', ']}', featureOf)),
};

/** Few exports are spreadsheets, and every command would load what writes them. */
async function* workbook(writing: Writing): AsyncGenerator<Buffer> {
  const { workbookChunks } = await import('./xlsx/workbook.ts');
  const { source, what: name, remarks } = writing;
  const onRecord = () => {
    writing.records += 1;
  };
  yield* workbookChunks({ source, name, remarks, onRecord });
}

async function* jsonlLines(writing: Writing): AsyncGenerator<string> {
  for await (const record of writing.source.read()) {
    writing.records += 1;
    yield `${JSON.stringify(record)}\n`;
  }
}

async function* jsonLines(
  writing: Writing,
  start: string,
  end: string,
  convert: (record: ExportRecord) => Json = (record) => record,
): AsyncGenerator<string> {
  yield start;
  for await (const record of writing.source.read()) {
    writing.records += 1;
    yield `${writing.records === 1 ? '\n' : ',\n'}${JSON.stringify(convert(record))}`;
  }
  yield writing.records === 0 ? `${end}\n` : `\n${end}\n`;
}

/** All kinds of records share one table, in the layout of places where there are any. */
async function* csvLines(writing: Writing): AsyncGenerator<string> {
  const found = new Set<string>();
  let kind: Json | undefined;
  for await (const record of writing.source.read()) {
    if (kind !== 'place') kind = record['_item'];
    for (const column of flatten(record).keys()) found.add(column);
  }
  yield byteOrderMark;
  if (found.size === 0) return;
  const arranged = layoutOf(kind).arrange(found);
  const columns = arranged.map(({ column }) => column);
  yield headerLine(arranged.map(({ label }) => label));
  for await (const record of writing.source.read()) {
    writing.records += 1;
    yield recordLine(columns, record);
  }
}
