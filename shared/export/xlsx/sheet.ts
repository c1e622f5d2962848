import { xmlText } from '../../text/xml-text.ts';
import type { Cell } from '../cells.ts';
import { beginsFormula } from '../formula.ts';
import type { ExportRecord } from '../records.ts';
import type { Remarks } from '../remarks.ts';
import { cellText } from './cell-text.ts';
import { isoDate } from './iso-date.ts';
import type { SheetLimits } from './limits.ts';
import { type LinkTarget, linkTarget } from './link-target.ts';
import { relationship, relationships, styles, worksheetStart } from './parts.ts';
import type { SheetColumn, SheetPlan } from './plan-sheets.ts';
import { openTextBuffer, type TextBuffer } from './text-buffer.ts';

/** A sheet that is being written, or is finished. */
export interface Sheet {
  plan: SheetPlan;
  limits: SheetLimits;
  remarks: Remarks;
  /** How many cells of each column may still become links. */
  linksLeft: number[];
  /**
   * Cells that became links. They are written after all rows, and their targets in another part, so both are
   * buffered.
   */
  links: { count: number; cells: TextBuffer; targets: TextBuffer };
}

export function openSheet(plan: SheetPlan, limits: SheetLimits, remarks: Remarks): Sheet {
  const links = { count: 0, cells: openTextBuffer(), targets: openTextBuffer() };
  return { plan, limits, remarks, linksLeft: plan.columns.map((column) => column.links), links };
}

/**
 * A sheet's XML (ECMA-376 Part 1, §18.3.1.99): header and one row a record. The header is bold, frozen
 * and has the filter.
 */
export async function* sheetXml(
  sheet: Sheet,
  isFirst: boolean,
  records: AsyncIterable<ExportRecord>,
): AsyncGenerator<string> {
  const { columns, layout, range } = sheet.plan;
  yield worksheetStart + viewXml(isFirst, range !== undefined) + columnsXml(columns);
  yield '<sheetData>';
  if (range !== undefined) yield headerXml(sheet);
  let row = 1;
  for await (const record of records) {
    row += 1;
    yield rowXml(sheet, row, layout.cells(record));
  }
  yield '</sheetData>';
  if (range !== undefined) yield `<autoFilter ref="${range.replaceAll('$', '')}"/>`;
  yield* linksXml(sheet);
  yield '</worksheet>';
}

/** The part with the targets of the sheet's links. */
export function linkRelations({ links }: Sheet): Iterable<string> {
  return relationships(links.targets.take());
}

function viewXml(isFirst: boolean, hasHeader: boolean): string {
  const selected = isFirst ? ' tabSelected="1"' : '';
  const frozen = hasHeader
    ? '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/>'
    : '';
  return `<sheetViews><sheetView workbookViewId="0"${selected}>${frozen}</sheetView></sheetViews>`;
}

function columnsXml(columns: SheetColumn[]): string {
  if (columns.length === 0) return '';
  const widths = columns.map(
    ({ width }, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`,
  );
  return `<cols>${widths.join('')}</cols>`;
}

function headerXml(sheet: Sheet): string {
  const cells = sheet.plan.columns.map(({ letters, label }) =>
    textXml(sheet, `${letters}1`, styles.header, label),
  );
  return `<row r="1">${cells.join('')}</row>`;
}

function rowXml(sheet: Sheet, row: number, cells: Map<string, Cell>): string {
  let xml = `<row r="${row}">`;
  for (const [index, { column, letters }] of sheet.plan.columns.entries()) {
    const cell = cells.get(column);
    if (cell !== undefined && cell !== null && cell !== '') xml += cellXml(sheet, index, letters + row, cell);
  }
  return `${xml}</row>`;
}

function cellXml(sheet: Sheet, column: number, reference: string, cell: string | number | boolean): string {
  if (typeof cell === 'number' && isShownWhole(cell)) return `<c r="${reference}"><v>${cell}</v></c>`;
  if (typeof cell === 'boolean') return `<c r="${reference}" t="b"><v>${cell ? 1 : 0}</v></c>`;
  if (typeof cell === 'number') return textXml(sheet, reference, styles.none, String(cell));
  const date = isoDate(cell);
  if (date !== undefined) {
    const style = date.hasTime ? styles.dateTime : styles.date;
    return `<c r="${reference}" s="${style}"><v>${date.serial}</v></c>`;
  }
  if (addLink(sheet, column, reference, cell)) return textXml(sheet, reference, styles.link, cell);
  // Text is stored as text in any case; but unless it is quoted, editing such a cell makes it a formula.
  return textXml(sheet, reference, beginsFormula(cell) ? styles.quoted : styles.none, cell);
}

/** Spreadsheets show 15 digits, so a longer id would be shown as another one. */
function isShownWhole(value: number): boolean {
  return !Number.isInteger(value) || Math.abs(value) < 1e15;
}

function addLink(sheet: Sheet, column: number, reference: string, text: string): boolean {
  const target = linkTarget(text);
  if (target === undefined) return false;
  const left = sheet.linksLeft[column] ?? 0;
  if (left === 0) {
    sheet.remarks.plainUrls += 1;
    return false;
  }
  sheet.linksLeft[column] = left - 1;
  keepLink(sheet.links, reference, target);
  return true;
}

function keepLink(links: Sheet['links'], reference: string, { uri, fragment }: LinkTarget): void {
  links.count += 1;
  const id = `rId${links.count}`;
  const location = fragment === undefined ? '' : ` location="${xmlText(fragment)}"`;
  links.cells.add(`<hyperlink ref="${reference}" r:id="${id}"${location}/>`);
  links.targets.add(relationship(id, 'hyperlink', uri, true));
}

function textXml({ limits, remarks }: Sheet, reference: string, style: number, text: string): string {
  let shown = text;
  if (text.length > limits.textChars) {
    remarks.cutCells += 1;
    // The cut must not be between the halves of a surrogate pair.
    shown = text.slice(0, limits.textChars).replace(/[\ud800-\udbff]$/, '');
  }
  const styled = style === styles.none ? '' : ` s="${style}"`;
  return `<c r="${reference}"${styled} t="inlineStr"><is><t xml:space="preserve">${cellText(shown)}</t></is></c>`;
}

/** Excel calls a file corrupt that has the element without any link. */
function* linksXml({ links }: Sheet): Generator<string> {
  if (links.count === 0) return;
  yield '<hyperlinks>';
  yield* links.cells.take();
  yield '</hyperlinks>';
}
