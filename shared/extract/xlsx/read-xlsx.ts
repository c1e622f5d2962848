import type { TableOptions } from '../../job/table-schema.ts';
import type { Json } from '../../model.ts';
import { formatNoun } from '../../text/format.ts';
import type { RowNotes } from '../aside/file-task.ts';
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
  const { sheets, marks, lost } = readSheets(page, table);
  return { ...recordsOf(sheets), marks, lost };
}

/** A workbook for another thread, where its objects arrive as copies: what is said of rows is by the numbers of sheet and row. */
export function sheetRecords(
  page: WorkbookPage,
  table: TableOptions,
): { value: Json; about: string; notes: RowNotes[] } {
  const { sheets, marks, lost } = readSheets(page, table);
  const notes = sheets.flatMap(({ rows }, sheet) =>
    rows.flatMap((object, row): RowNotes[] => {
      const of = { marks: marks.get(object), lost: lost.get(object) };
      return of.marks === undefined && of.lost === undefined ? [] : [{ sheet, row, ...of }];
    }),
  );
  return { ...recordsOf(sheets), notes };
}

type WorkbookPage = Pick<Page, 'url' | 'body'>;

interface SheetRows extends TableRows {
  name: string;
}

interface ReadSheets extends Required<Pick<Records, 'marks' | 'lost'>> {
  sheets: SheetRows[];
}

function readSheets(page: WorkbookPage, table: TableOptions): ReadSheets {
  const archive = openZip(page.body, limits);
  const workbook = openWorkbook(archive);
  const room = { cells: limits.cells, chars: limits.chars };
  const marks: ReadSheets['marks'] = new WeakMap();
  const lost: ReadSheets['lost'] = new WeakMap();
  const sheets = wantedSheets(page, workbook, table.sheet).map(({ name, part }) => {
    const content = archive.read(part);
    if (content === undefined) throw brokenFile(`it lacks its sheet ${name}`);
    const cells = readSheet(content, workbook, room).map((row) => ({ cells: row }));
    return { name, ...tableRows(cells, table.header, { marks, lost, endsEarly: true }) };
  });
  return { sheets, marks, lost };
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
