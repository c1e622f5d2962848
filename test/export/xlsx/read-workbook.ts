import { read, type WorkBook, type WorkSheet } from '@e965/xlsx';

export interface ReadCell {
  /** `n` number, `b` boolean, `s` text. */
  type: string;
  value: unknown;
  /** As a spreadsheet shows it. */
  shown: string | undefined;
  formula: string | undefined;
  link: string | undefined;
}

export interface ReadSheet {
  name: string;
  /** Range of the filter. */
  filter: string | undefined;
  /** Of the columns, in characters. */
  widths: (number | undefined)[];
  /** By reference, such as A1. */
  cells: Record<string, ReadCell>;
  /** Values row by row, the header first. */
  rows: unknown[][];
  /** The part as it was written. */
  xml: string;
}

/** A workbook as another program understands it. */
export function readWorkbook(bytes: Buffer): ReadSheet[] {
  const book = read(bytes, { cellStyles: true, cellFormula: true, bookFiles: true });
  return book.SheetNames.map((name, index) => readSheet(book, name, index));
}

function readSheet(book: WorkBook, name: string, index: number): ReadSheet {
  const sheet: WorkSheet = book.Sheets[name] ?? {};
  const cells: Record<string, ReadCell> = {};
  const rows: unknown[][] = [];
  for (const [reference, cell] of Object.entries(sheet).filter(([key]) => !key.startsWith('!'))) {
    const { t: type, v: value, w: shown, f: formula, l } = cell;
    cells[reference] = { type, value, shown, formula, link: l?.Target };
    const [, letters = '', row = ''] = /^([A-Z]+)(\d+)$/.exec(reference) ?? [];
    const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
    const place = Number(row) - 1;
    rows[place] ??= [];
    rows[place][column] = value;
  }
  const files = (book as WorkBook & { files: Record<string, { content: Uint8Array }> }).files;
  return {
    name,
    filter: sheet['!autofilter']?.ref,
    widths: (sheet['!cols'] ?? []).map(({ width }) => width),
    cells,
    rows,
    xml: Buffer.from(files[`xl/worksheets/sheet${index + 1}.xml`]?.content ?? []).toString('utf8'),
  };
}
