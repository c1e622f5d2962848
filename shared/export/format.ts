import type { ItemMarks } from '../sources/reports.ts';
import type { RecordSource } from './record-source.ts';
import type { ExportKind, ExportRecord } from './records.ts';
import type { Remarks } from './remarks.ts';

/** How files of one format are written. */
export type Format = RowsFormat | WholeFormat;

/**
 * A text format with one piece per record: what is before, between and after the records is known, so the file may
 * be made in parts.
 */
export interface RowsFormat {
  readonly madeOf: 'rows';
  /** Its first line depends on all records. */
  readonly needsColumns: boolean;
  open(found: FoundColumns): RowWriter;
}

/** A format such as an archive, which is made as a whole. */
export interface WholeFormat {
  readonly madeOf: 'whole';
  /** Media type of a format that is compressed in itself. */
  readonly contentType: string;
  chunks(request: WriteRequest): AsyncIterable<Buffer>;
}

/** The input of a writer. */
export interface WriteRequest {
  source: RecordSource;
  /** The kind of the records. */
  name: ExportKind;
  /** What the file cannot represent is added here. */
  remarks: Remarks;
  /** Called for each record that is written. */
  onRecord(): void;
}

/** Writes a file as a whole, or in parts that are joined. */
export interface RowWriter {
  head: string;
  row(record: ExportRecord, isFirst: boolean): string;
  /** `isEmpty`: there was no record. */
  tail(isEmpty: boolean): string;
}

/**
 * What a table must know of all its records before the first is written. The marks: all kinds of records share one
 * table, in the layout of a source's items where there are any.
 */
export interface FoundColumns extends Partial<ItemMarks> {
  /** In order of first appearance. */
  columns: string[];
}
