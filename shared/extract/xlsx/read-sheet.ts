import type { SheetCell } from '../csv/sheet-cell.ts';
import { brokenFile } from '../kinds/broken-file.ts';
import { writeDate } from './cell-dates.ts';
import { readXml } from './read-xml.ts';
import type { Workbook } from './workbook.ts';

/** What is left of what is read of a workbook. */
export interface SheetRoom {
  /** Cells, and empty ones before them in their row. */
  cells: number;
  /** Characters of their texts, which may be one text many times. */
  chars: number;
}

/** Excel's own limit (XFD). */
const maxColumns = 16_384;

/**
 * The rows of a sheet with any value: numbers, texts, booleans, dates as ISO 8601, null for an empty cell. A formula is the value
 * that the file has of it, and one without, which no program has computed, a `LostCell`; an error of Excel its text, such as `#N/A`.
 * Throws `FILE_BROKEN` beyond `room`.
 */
export function readSheet(part: Uint8Array, workbook: Workbook, room: SheetRoom): SheetCell[][] {
  const rows: SheetCell[][] = [];
  let row: SheetCell[] = [];
  let cell = cellAt({}, 0);
  let isValue = false;
  let isFormula = false;
  readXml(part, {
    open(name, attributes) {
      if (name === 'row') row = [];
      if (name === 'c') cell = cellAt(attributes, row.length);
      isValue = name === 'v' || (name === 't' && cell.type === 'inlineStr');
      isFormula = name === 'f';
      if (isFormula) cell.formula = '=';
    },
    text(text) {
      if (isValue) cell.text += text;
      else if (isFormula && cell.formula !== undefined)
        cell.formula += text.slice(0, shownLength - cell.formula.length);
    },
    close(name) {
      isValue = isValue && name !== 'v' && name !== 't';
      isFormula = isFormula && name !== 'f';
      if (name === 'c') putCell(row, cell, workbook, room);
      if (name === 'row' && row.length > 0) rows.push(row);
    },
  });
  return rows;
}

interface Cell {
  column: number;
  /** As in the file: `n` numbers, `s` shared strings … */
  type: string;
  style: number;
  text: string;
  /** Its beginning, with its sign. Of one that shares that of another cell, the sign alone. */
  formula?: string;
}

/** Characters of a formula that a loss shows. */
const shownLength = 160;

function cellAt({ r = '', t = 'n', s = '0' }: Record<string, string>, next: number): Cell {
  const [letters = ''] = /^[A-Z]{1,3}/i.exec(r) ?? [];
  const column = letters === '' ? next : columnOf(letters);
  if (column >= maxColumns)
    throw brokenFile(`it has a cell ${r.slice(0, 20)}, beyond the columns of a sheet`);
  return { column, type: t, style: Number(s), text: '' };
}

function columnOf(letters: string): number {
  let column = 0;
  for (const letter of letters.toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

function putCell(row: SheetCell[], cell: Cell, workbook: Workbook, room: SheetRoom): void {
  const { formula } = cell;
  // The value of a formula may be an empty text, and then has the type of one.
  const isLost = formula !== undefined && cell.text === '' && cell.type !== 'str';
  const value = isLost ? { formula } : cellValue(cell, workbook);
  if (value === null || value === '') return;
  room.cells -= Math.max(1, cell.column + 1 - row.length);
  room.chars -= isLost ? formula.length : typeof value === 'string' ? value.length : 0;
  if (room.cells < 0 || room.chars < 0)
    throw brokenFile('it has more cells, or more text in them, than is read of one file');
  while (row.length < cell.column) row.push(null);
  row[cell.column] = value;
}

function cellValue({ type, style, text }: Cell, { strings, formats, is1904 }: Workbook): SheetCell {
  switch (type) {
    case 's':
      return strings[Number(text)] ?? null;
    case 'b':
      return text === '1' || text === 'true';
    case 'str':
    case 'inlineStr':
    case 'e':
    case 'd':
      return text;
    default: {
      const number = Number(text);
      if (text === '' || Number.isNaN(number)) return text;
      const format = formats[style];
      return (format && writeDate(number, format, is1904)) ?? number;
    }
  }
}
