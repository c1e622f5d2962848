import type { Json } from '../model.ts';
import type { RowsFormat, RowWriter } from './format.ts';
import type { ExportRecord } from './records.ts';

/** JSON Lines: one object per line. */
export const jsonlFormat: RowsFormat = {
  madeOf: 'rows',
  needsColumns: false,
  open: () => ({ head: '', row: (record) => `${JSON.stringify(record)}\n`, tail: () => '' }),
};

/** One list of all records, one per line. */
export const jsonFormat: RowsFormat = {
  madeOf: 'rows',
  needsColumns: false,
  open: () => listWriter('[', ']', (record) => record),
};

/** A list within JSON that begins with `head` and closes with `end`. */
export function listWriter(head: string, end: string, convert: (record: ExportRecord) => Json): RowWriter {
  return {
    head,
    row: (record, isFirst) => `${isFirst ? '\n' : ',\n'}${JSON.stringify(convert(record))}`,
    tail: (isEmpty) => (isEmpty ? `${end}\n` : `\n${end}\n`),
  };
}
