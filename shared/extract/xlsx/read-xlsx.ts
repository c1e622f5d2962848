import type { TableOptions } from '../../job/table-schema.ts';
import type { ItemMark, Json } from '../../model.ts';
import { formatNoun } from '../../text/format.ts';
import type { RowMark } from '../aside/file-task.ts';
import { type TableRows, tableRows } from '../csv/table-rows.ts';
import { brokenFile } from '../kinds/broken-file.ts';
import type { KindInput, Records } from '../kinds/page-kind.ts';
import type { Page } from '../types.ts';
import { unreadable } from '../unreadable.ts';
import { openZip } from './open-zip.ts';
import { readSheet } from './read-sheet.ts';
import { openWorkbook, type Workbook } from './workbook.ts';

/** What is read of one workbook, so that none takes a process longer than a few seconds, whatever is in it. */
const limits = { maxEntries: 10_000, maxBytes: 67_108_864, cells: 500_000, chars: 25_000_000 };

/**
 * A workbook (XLSX) as `{ sheets: [{ name, rows }] }`, each row an object by the names of its columns: all sheets that are shown, or
 * the one that the job names. Throws `FILE_BROKEN`.
 */
export function readXlsx({ page, table }: KindInput): Records {
  const { sheets, marks } = readSheets(page, table);
  return { ...recordsOf(sheets), marks };
}

/** A workbook for another thread, where its objects arrive as copies: marks are by the numbers of sheet and row. */
export function sheetRecords(
  page: WorkbookPage,
  table: TableOptions,
): { value: Json; about: string; marks: RowMark[] } {
  const { sheets, marks } = readSheets(page, table);
  const located = sheets.flatMap(({ rows }, sheet) =>
    rows.flatMap((row, index): RowMark[] => {
      const mark = marks.get(row);
      return mark === undefined ? [] : [[sheet, index, mark]];
    }),
  );
  return { ...recordsOf(sheets), marks: located };
}

type WorkbookPage = Pick<Page, 'url' | 'body'>;

interface SheetRows extends TableRows {
  name: string;
}

function readSheets(
  page: WorkbookPage,
  table: TableOptions,
): { sheets: SheetRows[]; marks: WeakMap<object, ItemMark[]> } {
  const archive = openZip(page.body, limits);
  const workbook = openWorkbook(archive);
  const room = { cells: limits.cells, chars: limits.chars };
  const marks = new WeakMap<object, ItemMark[]>();
  const sheets = wantedSheets(page, workbook, table.sheet).map(({ name, part }) => {
    const content = archive.read(part);
    if (content === undefined) throw brokenFile(`it lacks its sheet ${name}`);
    const cells = readSheet(content, workbook, room).map((row) => ({ cells: row }));
    return { name, ...tableRows(cells, table.header, { marks, endsEarly: true }) };
  });
  return { sheets, marks };
}

function recordsOf(sheets: readonly SheetRows[]): { value: Json; about: string } {
  return {
    value: { sheets: sheets.map(({ name, rows }) => ({ name, rows })) },
    about: sheets
      .map(
        ({ name, rows, columns }) =>
          `${name}: ${formatNoun(rows.length, 'row')}, ${formatNoun(columns.length, 'column')}`,
      )
      .join('; '),
  };
}

function wantedSheets(
  page: WorkbookPage,
  { sheets }: Workbook,
  wanted: string | number | undefined,
): Workbook['sheets'] {
  if (wanted === undefined) return sheets;
  const found = typeof wanted === 'number' ? sheets[wanted - 1] : sheets.find(({ name }) => name === wanted);
  if (found !== undefined) return [found];
  const names = sheets.map(({ name }) => name).join(', ');
  throw unreadable(page, `has no sheet ${JSON.stringify(wanted)} that is shown, but ${names}`);
}
