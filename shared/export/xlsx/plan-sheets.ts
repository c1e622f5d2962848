import { type Layout, layoutOf, type TableColumn } from '../layout.ts';
import { columnLetters } from './column-letters.ts';
import type { SheetLimits } from './limits.ts';
import type { TableSurvey } from './survey.ts';

/** The plan of a sheet before it is written. */
export interface SheetPlan {
  /** Name in the workbook: at most 31 characters, unique. */
  name: string;
  /** The surveyed table whose records it holds, together with the other sheets of this table. */
  table: string;
  layout: Layout;
  columns: SheetColumn[];
  /** Rows without the header. */
  rows: number;
  /** The range of header and rows, such as $A$1:$C$9; absent without columns. */
  range?: string;
}

export interface SheetColumn extends TableColumn {
  letters: string;
  /** Width in characters, as Excel measures columns. */
  width: number;
  /** How many of its cells may be links. */
  links: number;
}

/**
 * The sheets of a workbook: one per table, and more where a table has too many rows. Links go to the columns in
 * their order, up to the limit of a sheet.
 */
export function planSheets(tables: Map<string, TableSurvey>, limits: SheetLimits): SheetPlan[] {
  const names = new Set<string>();
  const rowsOfSheet = limits.rows - 1;
  return [...tables].flatMap(([table, survey]) => {
    const layout = layoutOf(table);
    const columns = planColumns(survey, layout, limits);
    const sheets = Math.max(1, Math.ceil(survey.rows / rowsOfSheet));
    return Array.from({ length: sheets }, (_, index): SheetPlan => {
      const rows = Math.min(rowsOfSheet, survey.rows - index * rowsOfSheet);
      const last = columns.at(-1)?.letters;
      const range = last === undefined ? {} : { range: `$A$1:$${last}$${rows + 1}` };
      return { name: freshName(table, names), table, layout, columns, rows, ...range };
    });
  });
}

function planColumns({ columns }: TableSurvey, layout: Layout, limits: SheetLimits): SheetColumn[] {
  let linksLeft = limits.links;
  const arranged = layout.arrange(columns.keys()).slice(0, limits.columns);
  return arranged.map(({ column, label }, index): SheetColumn => {
    const { chars = 0, urls = 0 } = columns.get(column) ?? {};
    const links = Math.min(urls, linksLeft);
    linksLeft -= links;
    return { column, label, letters: columnLetters(index), width: widthOf(chars, label), links };
  });
}

const narrowest = 8;
const widest = 52;
/** The part of a header that the filter button covers. */
const buttonChars = 3;

function widthOf(chars: number, label: string): number {
  return Math.min(widest, Math.max(narrowest, chars + 1, label.length + buttonChars));
}

const maxNameChars = 31;

/**
 * Excel refuses these characters, an apostrophe at either end, the name History, and names that differ in case
 * alone.
 */
function freshName(table: string, taken: Set<string>): string {
  const clean = table
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that must not be in a name.
    .replace(/[[\]:*?/\\\u0000-\u001f\ufffe\uffff]/g, ' ')
    .toWellFormed()
    .replace(/^['\s]+|['\s]+$/g, '');
  const base = clean === '' || clean.toLowerCase() === 'history' ? `${clean} sheet`.trim() : clean;
  for (let number = 1; ; number += 1) {
    const ending = number === 1 ? '' : ` (${number})`;
    const name = `${base.slice(0, maxNameChars - ending.length).toWellFormed()}${ending}`;
    if (taken.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    return name;
  }
}
