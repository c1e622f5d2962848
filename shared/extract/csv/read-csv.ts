import { essenceOf } from '../../fetch/answer/content-type.ts';
import type { ItemMark } from '../../model.ts';
import { formatCount, formatNoun } from '../../text/format.ts';
import { checkRecords } from '../kinds/max-records.ts';
import type { KindInput, Records } from '../kinds/page-kind.ts';
import { type CsvRow, type Dialect, parseCsv } from './parse-csv.ts';
import { sniffDialect } from './sniff-dialect.ts';
import { tableRows } from './table-rows.ts';

/** CSV (RFC 4180) in any dialect, as a list of objects by the names of its columns. */
export function readCsv({ page, text, table }: KindInput): Records {
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

/** The rows of a file that may stand above its data: titles and a header (`table.header` is 1,000 at most). */
const maxRowsAbove = 1_000;

function nameOf({ delimiter }: Dialect): string {
  return delimiter === '\t' ? 'tabs' : delimiter;
}
