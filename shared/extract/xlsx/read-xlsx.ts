import type { ItemMark } from '../../model.ts';
import { formatNoun } from '../../text/format.ts';
import { tableRows } from '../csv/table-rows.ts';
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
  return {
    value: { sheets: sheets.map(({ name, rows }) => ({ name, rows })) },
    about: sheets
      .map(
        ({ name, rows, columns }) =>
          `${name}: ${formatNoun(rows.length, 'row')}, ${formatNoun(columns.length, 'column')}`,
      )
      .join('; '),
    marks,
  };
}

function wantedSheets(
  page: Page,
  { sheets }: Workbook,
  wanted: string | number | undefined,
): Workbook['sheets'] {
  if (wanted === undefined) return sheets;
  const found = typeof wanted === 'number' ? sheets[wanted - 1] : sheets.find(({ name }) => name === wanted);
  if (found !== undefined) return [found];
  const names = sheets.map(({ name }) => name).join(', ');
  throw unreadable(page, `has no sheet ${JSON.stringify(wanted)} that is shown, but ${names}`);
}
