import { type ChildNode, type Element, isTag } from 'domhandler';
import { DropError } from '../../errors.ts';
import { isBlank, rawTextOf } from '../values/text.ts';
import type { Spot } from './spot.ts';

/** The maximum number of columns and of rows that a cell spans (HTML Standard §4.9.11). */
const widestSpan = 1_000;
const tallestSpan = 65_534;
/** Limits the size of the table that spans make of a small page. */
const maxCells = 1_000_000;

/** The cells of a table by row and column. */
export interface TableGrid {
  /** A cell over several rows or columns stands in each; `undefined` where a row is shorter. */
  rows: (Element | undefined)[][];
  /** The `tr` of each row. */
  elements: Element[];
  /** The number of rows at the top that are headers. */
  headerRows: number;
  /** Of each row: does it name the columns of those below it? */
  isHeader: boolean[];
}

/**
 * Forms a table as the HTML Standard does (§4.9.12.1): a row of `tfoot` is below the others, and no cell reaches beyond its `thead`,
 * `tbody` or `tfoot`. A cell that a span has covered already is kept out of the slots that overlap. Rows that a span alone would add
 * are left out, as browsers do. Throws `EXTRACT_FAILED` beyond a million cells.
 */
export function gridOf(table: Element): TableGrid {
  const sections = sectionsOf(table);
  const placed: PlacedCells = new Map();
  const budget = { cells: 0 };
  const rows: (Element | undefined)[][] = [];
  for (const section of sections) {
    for (const row of layOut(section, rows.length, placed, budget)) rows.push(row);
  }
  const isHeader = headersOf(rows, sections, placed);
  const firstBelow = isHeader.indexOf(false);
  const elements = sections.flatMap((section) => section.rows);
  return { rows, elements, isHeader, headerRows: firstBelow === -1 ? rows.length : firstBelow };
}

/** Rows over which a cell may reach: those of one `thead`, `tbody` or `tfoot`, or between two of them. */
interface Section {
  isHead: boolean;
  rows: Element[];
}

/** The first row of each cell, and the row after its last. */
type PlacedCells = Map<Element, { top: number; end: number }>;

export function elementsIn(node: Spot): Element[] {
  return (node.children as ChildNode[]).filter(isTag);
}

/** Without the rows of tables in the table. */
function sectionsOf(table: Element): Section[] {
  const sections: Section[] = [];
  const feet: Section[] = [];
  let loose: Section | undefined;
  for (const part of elementsIn(table)) {
    if (part.name === 'tr') {
      if (loose === undefined) {
        loose = { isHead: false, rows: [] };
        sections.push(loose);
      }
      loose.rows.push(part);
    } else if (part.name === 'thead' || part.name === 'tbody' || part.name === 'tfoot') {
      loose = undefined;
      const rows = elementsIn(part).filter(({ name }) => name === 'tr');
      (part.name === 'tfoot' ? feet : sections).push({ isHead: part.name === 'thead', rows });
    }
  }
  return [...sections, ...feet];
}

function cellsOf(row: Element): Element[] {
  return elementsIn(row).filter(({ name }) => name === 'td' || name === 'th');
}

/** Cells of a section by row and column, with spans filled in. */
function layOut(
  { rows }: Section,
  start: number,
  placed: PlacedCells,
  budget: { cells: number },
): (Element | undefined)[][] {
  const grid: (Element | undefined)[][] = rows.map(() => []);
  for (const [top, row] of rows.entries()) {
    let column = 0;
    for (const cell of cellsOf(row)) {
      while (grid[top]?.[column] !== undefined) column++;
      const width = Math.min(span(cell, 'colspan') || 1, widestSpan);
      // "0" means down to the last row of the section.
      const height = Math.min(span(cell, 'rowspan') || tallestSpan, tallestSpan, rows.length - top);
      budget.cells += width * height;
      if (budget.cells > maxCells) {
        throw new DropError('EXTRACT_FAILED', `a table has more than ${maxCells} cells`);
      }
      for (const line of grid.slice(top, top + height)) fill(line, column, width, cell);
      placed.set(cell, { top: start + top, end: start + top + height });
      column += width;
    }
  }
  return grid.map((line) => Array.from(line));
}

/** Cells that an earlier cell spans are kept. */
function fill(line: (Element | undefined)[], column: number, width: number, cell: Element): void {
  for (let at = column; at < column + width; at++) line[at] ??= cell;
}

/** By the rules for parsing non-negative integers (HTML Standard §2.3.4.2); 1 where there is none. */
function span(cell: Element, attribute: 'colspan' | 'rowspan'): number {
  const [, digits] = /^[\t\n\f\r ]*([+-]?\d+)/.exec(cell.attribs[attribute] ?? '') ?? [];
  const value = Number(digits ?? 1);
  return value < 0 ? 1 : value;
}

/**
 * Rows of `thead`, and rows of column headers alone. Where that is every row, there would be no data: the first is the header
 * then, unless the page says `thead`.
 */
function headersOf(
  rows: readonly (Element | undefined)[][],
  sections: readonly Section[],
  placed: PlacedCells,
): boolean[] {
  const inHead = sections.flatMap((section) => section.rows.map(() => section.isHead));
  const hasData = rows.map((row) => row.some((cell, column) => isData(cell, column, row)));
  const known = new Map<Element, boolean>();
  const isColumnHeader = (cell: Element): boolean => {
    const is = known.get(cell) ?? headsColumn(cell, hasData, placed);
    known.set(cell, is);
    return is;
  };
  const isHeader = rows.map((row, index) => {
    if (inHead[index] === true) return true;
    const headers = row.filter((cell) => cell?.name === 'th');
    return (
      hasData[index] === false && headers.length > 0 && headers.every((cell) => cell && isColumnHeader(cell))
    );
  });
  const isWhole = !isHeader.includes(false) && !inHead.includes(true);
  return isWhole ? isHeader.map((_, index) => index === 0) : isHeader;
}

/** Is a `th` a column header (HTML Standard §4.9.12.2)? `hasData`: of each row of the table. */
function headsColumn(cell: Element, hasData: readonly boolean[], placed: PlacedCells): boolean {
  const scope = cell.attribs['scope']?.trim().toLowerCase();
  if (scope === 'col' || scope === 'colgroup') return true;
  // Of `rowgroup` too its place decides: beside cells it heads rows, alone in its row it heads those below.
  if (scope === 'row') return false;
  const { top, end } = placed.get(cell) ?? { top: 0, end: 0 };
  return !hasData.slice(top, end).includes(true);
}

/** An empty corner before headers is none, although it is a `td`. */
function isData(cell: Element | undefined, column: number, row: readonly (Element | undefined)[]): boolean {
  if (cell?.name !== 'td') return false;
  const isCorner =
    column === 0 && row.length > 1 && row.every((other, at) => at === 0 || other?.name === 'th');
  return !(isCorner && isBlank(rawTextOf(cell)));
}
