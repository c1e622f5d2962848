import type { Code } from '../../errors.ts';
import type { TableOptions } from '../../job/table-schema.ts';
import type { ItemMark, Json, LostValue } from '../../model.ts';
import type { Page } from '../types.ts';

/** The kinds of pages that are read in a thread. */
export type FileKind = 'pdf' | 'xlsx';

/** What is sent to the thread: a file, and how it is to be read. */
export interface FileTask {
  kind: FileKind;
  page: Pick<Page, 'url'> & { body: Uint8Array<ArrayBuffer> };
  table: TableOptions;
}

/** What the thread sends back. */
export type FileAnswer =
  | { is: 'records'; value: Json; about: string; notes: RowNotes[] }
  | { is: 'dropped'; code: Code; message: string };

/** What there is to be said of a row, by its location, since objects that are sent are copies. */
export interface RowNotes {
  sheet: number;
  row: number;
  marks: ItemMark[] | undefined;
  lost: LostValue[] | undefined;
}
