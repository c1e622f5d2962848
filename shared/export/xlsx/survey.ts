import type { Cell } from '../cells.ts';
import { layoutOf } from '../layout.ts';
import type { ExportRecord } from '../records.ts';
import { isoDate } from './iso-date.ts';
import { linkTarget } from './link-target.ts';

/** What must be known of a table before its first row is written. */
export interface TableSurvey {
  rows: number;
  /** In order of first appearance. */
  columns: Map<string, ColumnSurvey>;
}

export interface ColumnSurvey {
  /** Width of the widest cell, up to `maxChars`. */
  chars: number;
  urls: number;
}

/** Wide enough for an address; more would move the other columns off the screen. */
const maxChars = 50;
const dateChars = 10;
const dateTimeChars = 19;

/** Each table costs a reading of all records. Names come from pages, too, so their number has to be limited. */
const maxTables = 20;
const otherKinds = 'others';

/** One table for each kind of item; records that are no items share one with the given name. */
export async function surveyTables(
  records: AsyncIterable<ExportRecord> | Iterable<ExportRecord>,
  name: string,
): Promise<Map<string, TableSurvey>> {
  const tables = new Map<string, TableSurvey>();
  for await (const record of records) {
    const kind = kindOf(record, name);
    const key = tables.has(kind) || tables.size < maxTables ? kind : otherKinds;
    const table: TableSurvey = tables.get(key) ?? { rows: 0, columns: new Map() };
    tables.set(key, table);
    addRow(table, layoutOf(key).cells(record));
  }
  return tables;
}

/** The key of the record's table among those surveyed. */
export function tableOf(record: ExportRecord, name: string, tables: Map<string, TableSurvey>): string {
  const kind = kindOf(record, name);
  return tables.has(kind) ? kind : otherKinds;
}

function kindOf(record: ExportRecord, name: string): string {
  return typeof record['_item'] === 'string' ? record['_item'] : name;
}

function addRow(table: TableSurvey, cells: Map<string, Cell>): void {
  table.rows += 1;
  for (const [column, cell] of cells) {
    let seen = table.columns.get(column);
    if (seen === undefined) {
      seen = { chars: 0, urls: 0 };
      table.columns.set(column, seen);
    }
    if (seen.chars < maxChars) seen.chars = Math.max(seen.chars, shownChars(cell));
    if (typeof cell === 'string' && linkTarget(cell) !== undefined) seen.urls += 1;
  }
}

function shownChars(cell: Cell): number {
  if (typeof cell !== 'string') return String(cell ?? '').length;
  const date = isoDate(cell);
  if (date !== undefined) return date.hasTime ? dateTimeChars : dateChars;
  return Math.min(maxChars, cell.length);
}
