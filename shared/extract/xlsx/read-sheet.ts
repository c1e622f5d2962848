import type { Json } from '../../model.ts';
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
 * that the file has of it; an error of Excel its text, such as `#N/A`. Throws `FILE_BROKEN` beyond `room`.
 */
export function readSheet(part: Uint8Array, workbook: Workbook, room: SheetRoom): Json[][] {
  const rows: Json[][] = [];
  let row: Json[] = [];
  let cell: Cell = noCell;
  let isValue = false;
  readXml(part, {
    open(name, attributes) {
      if (name === 'row') row = [];
      if (name === 'c') cell = cellAt(attributes, row.length);
      isValue = name === 'v' || (name === 't' && cell.type === 'inlineStr');
    },
    text(text) {
      if (isValue) cell.text += text;
    },
    close(name) {
      isValue = isValue && name !== 'v' && name !== 't';
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
}

const noCell: Cell = { column: 0, type: 'n', style: 0, text: '' };

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

function putCell(row: Json[], cell: Cell, workbook: Workbook, room: SheetRoom): void {
  const value = cellValue(cell, workbook);
  if (value === null || value === '') return;
  room.cells -= Math.max(1, cell.column + 1 - row.length);
  if (typeof value === 'string') room.chars -= value.length;
  if (room.cells < 0 || room.chars < 0)
    throw brokenFile('it has more cells, or more text in them, than is read of one file');
  while (row.length < cell.column) row.push(null);
  row[cell.column] = value;
}

function cellValue({ type, style, text }: Cell, { strings, formats, is1904 }: Workbook): Json {
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
