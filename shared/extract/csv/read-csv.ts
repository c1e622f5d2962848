import { essenceOf } from '../../fetch/answer/content-type.ts';
import type { ItemMark } from '../../model.ts';
import { formatCount, formatNoun } from '../../text/format.ts';
import { isJson } from '../json/parse-json.ts';
import { checkRecords } from '../kinds/max-records.ts';
import type { KindInput, Records } from '../kinds/page-kind.ts';
import type { Page } from '../types.ts';
import { unreadable } from '../unreadable.ts';
import { type CsvRow, type Dialect, parseCsv } from './parse-csv.ts';
import { sniffDialect } from './sniff-dialect.ts';
import { tableRows } from './table-rows.ts';

/** CSV (RFC 4180) in any dialect, as a list of objects by the names of its columns. Throws `EXTRACT_FAILED` for HTML, XML and JSON. */
export function readCsv({ page, text, table }: KindInput): Records {
  checkIsTable(page, text());
  const isTabbed = /tab-separated-values|\btsv$/.test(essenceOf(page.contentType));
  const { dialect, start } = sniffDialect(text(), isTabbed ? { delimiter: '\t', ...table } : table);
  const marks = new WeakMap<object, ItemMark[]>();
  const all: CsvRow[] = [];
  for (const row of parseCsv(start === 0 ? text() : text().slice(start), dialect)) {
    all.push(row);
    checkRecords(page, all.length, maxRowsAbove);
  }
  const { rows, columns, above } = tableRows(all, table.header, { marks });
  checkRecords(page, rows.length);
  const parts = [
    formatNoun(rows.length, 'row'),
    `${formatNoun(columns.length, 'column')} separated by ${nameOf(dialect)}`,
    ...(above === 0 ? [] : [`${formatCount(above)} above the header`]),
  ];
  return { value: rows, about: parts.join(', '), marks };
}

/** A login page or an error, which a site answers with 200 in place of its file, would be a table of one column. */
function checkIsTable(page: Page, text: string): void {
  const [start = ''] = text.trimStart().split('\n', 1);
  if (/^<(?:!doctype|html|\?xml)\b/i.test(start)) throw unreadable(page, 'is not CSV but HTML or XML');
  if (/^[[{]/.test(start) && (isJson(start) || isJson(text))) throw unreadable(page, 'is not CSV but JSON');
}

/** The rows of a file that may stand above its data: titles and a header (`table.header` is 1,000 at most). */
const maxRowsAbove = 1_000;

function nameOf({ delimiter }: Dialect): string {
  return delimiter === '\t' ? 'tabs' : delimiter;
}
