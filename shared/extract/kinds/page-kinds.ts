import type { PageKindName } from '../../job/page-kinds.ts';
import { readCsv } from '../csv/read-csv.ts';
import { readFeed } from '../feed/read-feed.ts';
import { parseJson } from '../json/parse-json.ts';
import { readJsonLines } from '../json/read-lines.ts';
import { unreadable } from '../unreadable.ts';
import { readXlsx } from '../xlsx/read-xlsx.ts';
import type { PageKind } from './page-kind.ts';

/** The kinds that a body may be of: those that a label may name, and others. */
export type BodyKind = PageKindName | 'xhtml' | 'svg' | 'text' | 'other';

/** The one list of how each kind of page is read. */
const kinds: { readonly [Kind in BodyKind]: PageKind } = {
  html: { form: 'elements', what: 'a web page' },
  xhtml: { form: 'elements', what: 'XHTML' },
  xml: { form: 'elements', what: 'XML' },
  svg: { form: 'elements', what: 'an SVG image', isImage: true },
  json: {
    form: 'values',
    what: 'JSON',
    items: '',
    read: ({ page, text }) => ({ value: parseJson(page, text()) }),
  },
  jsonl: { form: 'values', what: 'JSON Lines', items: '', read: readJsonLines },
  csv: { form: 'values', what: 'CSV', items: '', read: readCsv },
  xlsx: {
    form: 'values',
    what: 'an Excel workbook',
    items: 'sheets[0].rows',
    isBinary: true,
    read: readXlsx,
    inThread: 'xlsx',
  },
  feed: { form: 'values', what: 'a feed', items: 'entries', read: readFeed },
  pdf: {
    form: 'values',
    what: 'a PDF',
    items: '',
    isBinary: true,
    read: ({ page }) => {
      throw unreadable(page, 'is a PDF, which is read in a thread');
    },
    inThread: 'pdf',
  },
  text: { form: 'none', what: 'text without tags' },
  other: { form: 'none', what: 'no page' },
};

export function pageKindOf(kind: BodyKind): PageKind {
  return kinds[kind];
}
