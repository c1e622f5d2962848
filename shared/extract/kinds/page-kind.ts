import type { Document } from 'domhandler';
import type { Reason } from '../../errors.ts';
import type { TableOptions } from '../../job/table-schema.ts';
import type { ItemMark, Json, LostValue } from '../../model.ts';
import type { FileKind } from '../aside/file-task.ts';
import type { Page } from '../types.ts';

/** How one kind of page is read. */
export type PageKind =
  /** By selectors. `isImage`: it is a page only where the job says so. */
  | { form: 'elements'; what: string; isImage?: true }
  /** By paths into a value that is made of it. */
  | ValueKind
  /** Not at all. */
  | { form: 'none'; what: string };

export interface ValueKind {
  form: 'values';
  /** Such as `a feed`, for messages. */
  what: string;
  /** Path of the items in its value; `''` for the whole of it. */
  items: string;
  /** Its body is no text. */
  isBinary?: true;
  /** Throws `DropError` for a body that is none of the kind, or nested beyond reason. */
  read(input: KindInput): Records;
  /** The kind's name where its files may never come to an end: where items are made they are read in a thread instead, where that costs one page. */
  inThread?: FileKind;
}

/** What a page's value may be made of. */
export interface KindInput {
  page: Page;
  text(): string;
  /** Its tree as XML. Throws `EXTRACT_FAILED`. */
  document(): Document;
  table: TableOptions;
}

/** A page as a value, from which items are taken. */
export interface Records {
  value: Json;
  /** What there is to be said about it to people, such as `3 columns, separated by ;`. */
  about?: string;
  /** By the objects of `value` that become items. */
  marks?: WeakMap<object, ItemMark[]>;
  /** By the same objects: values that they lack, with the keys under which these would be. */
  lost?: WeakMap<object, LostValue[]>;
  /** By the objects of `value` that become items: the address by which links in their markup are resolved, where it is not the page's. */
  bases?: WeakMap<object, string>;
  /** Parts of the page that could not be read; the others were. */
  faults?: Reason[];
}
