import type { Json } from '../model.ts';
import { byteOrderMark, headerLine, recordLine } from './csv.ts';
import { featureOf } from './geojson.ts';
import { layoutOf } from './layout.ts';
import type { ExportRecord } from './records.ts';
import { noRemarks, type Remarks } from './remarks.ts';
import { excelLimits } from './xlsx/limits.ts';

/** The formats that are text, a piece a record: what is before the records, between and after them is known. */
export const rowFormatNames = ['jsonl', 'json', 'csv', 'geojson'] as const;
export type RowFormatName = (typeof rowFormatNames)[number];

/** How a file of one format is written, in one go or in parts that are put together. */
export interface RowFormat {
  head: string;
  row(record: ExportRecord, isFirst: boolean): string;
  /** `isEmpty`: there was no record. */
  tail(isEmpty: boolean): string;
}

/** What a table must know of all its records before the first is written. */
export interface FoundColumns {
  /** In order of first appearance. */
  columns: string[];
  /** All kinds of records share one table, in the layout of places where there are any. */
  hasPlaces: boolean;
}

/** Looks at records for the columns they have, and adds what a reader of their cells must know to `remarks`. */
export function lookForColumns(remarks: Pick<Remarks, 'longCells' | 'brokenCells'> = noRemarks()): {
  add(record: ExportRecord): void;
  found(): FoundColumns;
} {
  const columns = new Set<string>();
  let hasPlaces = false;
  return {
    add(record) {
      hasPlaces ||= record['_item'] === 'place';
      for (const [column, cell] of layoutOf(record['_item']).cells(record)) {
        columns.add(column);
        if (typeof cell !== 'string') continue;
        if (cell.length > excelLimits.textChars) remarks.longCells += 1;
        if (!cell.isWellFormed()) remarks.brokenCells += 1;
      }
    },
    found: () => ({ columns: [...columns], hasPlaces }),
  };
}

export function rowFormatOf(name: RowFormatName, found: FoundColumns): RowFormat {
  switch (name) {
    case 'jsonl':
      return { head: '', row: (record) => `${JSON.stringify(record)}\n`, tail: () => '' };
    case 'json':
      return jsonFormat('[', ']', (record) => record);
    case 'geojson':
      return jsonFormat('{"type":"FeatureCollection","features":[', ']}', featureOf);
    case 'csv':
      return csvFormat(found);
  }
}

function jsonFormat(head: string, end: string, convert: (record: ExportRecord) => Json): RowFormat {
  return {
    head,
    row: (record, isFirst) => `${isFirst ? '\n' : ',\n'}${JSON.stringify(convert(record))}`,
    tail: (isEmpty) => (isEmpty ? `${end}\n` : `\n${end}\n`),
  };
}

function csvFormat({ columns, hasPlaces }: FoundColumns): RowFormat {
  const arranged = layoutOf(hasPlaces ? 'place' : undefined).arrange(columns);
  const names = arranged.map(({ column }) => column);
  const header = names.length === 0 ? '' : headerLine(arranged.map(({ label }) => label));
  return { head: byteOrderMark + header, row: (record) => recordLine(names, record), tail: () => '' };
}
