import type { ExportFormat } from '../job/export-formats.ts';
import { csvFormat } from './csv.ts';
import type { Format, RowsFormat, WholeFormat } from './format.ts';
import { geojsonFormat } from './geojson.ts';
import { jsonFormat, jsonlFormat } from './json.ts';
import { xlsxFormat } from './xlsx/format.ts';

/** The one list of how formats are written. It does not compile without an entry for each. */
const formats = {
  jsonl: jsonlFormat,
  json: jsonFormat,
  csv: csvFormat,
  xlsx: xlsxFormat,
  geojson: geojsonFormat,
} satisfies { readonly [Name in ExportFormat]: Format };

/** Formats that may be written in parts. */
export type RowsFormatName = NamesOf<RowsFormat>;
/** Formats that are written as a whole. */
export type WholeFormatName = NamesOf<WholeFormat>;

type NamesOf<Kind> = {
  [Name in ExportFormat]: (typeof formats)[Name] extends Kind ? Name : never;
}[ExportFormat];

/** The writer of a format. */
export function formatOf(name: RowsFormatName): RowsFormat;
export function formatOf(name: WholeFormatName): WholeFormat;
export function formatOf(name: ExportFormat): Format;
export function formatOf(name: ExportFormat): Format {
  return formats[name];
}

export function isMadeOfRows(name: ExportFormat): name is RowsFormatName {
  return formats[name].madeOf === 'rows';
}

/** Whether any of them must know all columns before the first record. */
export function needColumns(names: readonly ExportFormat[]): boolean {
  return names.some((name) => {
    const format: Format = formats[name];
    return format.madeOf === 'rows' && format.needsColumns;
  });
}
