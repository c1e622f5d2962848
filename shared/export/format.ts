import type { ItemMarks } from '../sources/reports.ts';
import type { RecordSource } from './record-source.ts';
import type { ExportKind, ExportRecord } from './records.ts';
import type { Remarks } from './remarks.ts';

/** All that is asked about how files of one format are written. */
export type Format = RowsFormat | WholeFormat;

/** Text, a piece a record: what is before the records, between and after them is known, so it may be made in parts. */
export interface RowsFormat {
  readonly madeOf: 'rows';
  /** Its first line depends on all records. */
  readonly needsColumns: boolean;
  open(found: FoundColumns): RowWriter;
}

/** An archive or the like, which is made in one go. */
export interface WholeFormat {
  readonly madeOf: 'whole';
  /** Media type. It is compressed in itself. */
  readonly contentType: string;
  chunks(request: WriteRequest): AsyncIterable<Buffer>;
}

/** What a file is made of. */
export interface WriteRequest {
  source: RecordSource;
  /** Of what the records are. */
  name: ExportKind;
  /** What the file cannot represent is added here. */
  remarks: Remarks;
  /** Called for each record that is written. */
  onRecord(): void;
}

/** How a file is written, in one go or in parts that are put together. */
export interface RowWriter {
  head: string;
  row(record: ExportRecord, isFirst: boolean): string;
  /** `isEmpty`: there was no record. */
  tail(isEmpty: boolean): string;
}

/** What a table must know of all its records before the first is written. The marks: all kinds of records share one table, in the layout of a source's items where there are any. */
export interface FoundColumns extends Partial<ItemMarks> {
  /** In order of first appearance. */
  columns: string[];
}
