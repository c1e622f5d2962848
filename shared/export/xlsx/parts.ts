import { xmlText } from '../../text/xml-text.ts';

/** The parts of a workbook besides its sheets: ECMA-376 Part 1, §12 (packages) and §18 (SpreadsheetML). */

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const spreadsheet = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const spreadsheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** A sheet, as the workbook lists it. */
export interface SheetEntry {
  name: string;
  /** The range of header and rows, such as $A$1:$C$9; absent without columns. */
  filterRange?: string;
}

/** `cellXfs` of `styles`, by index. */
export const styles = { none: 0, header: 1, link: 2, dateTime: 3, date: 4, quoted: 5 } as const;

export const worksheetStart = `${declaration}<worksheet xmlns="${spreadsheet}" xmlns:r="${relations}">`;

export function contentTypes(sheets: SheetEntry[]): string {
  const overrides = [
    `<Override PartName="/xl/workbook.xml" ContentType="${spreadsheetType}.sheet.main+xml"/>`,
    `<Override PartName="/xl/styles.xml" ContentType="${spreadsheetType}.styles+xml"/>`,
    ...sheets.map(
      (_, index) =>
        `<Override PartName="/xl/${sheetPath(index)}" ContentType="${spreadsheetType}.worksheet+xml"/>`,
    ),
  ];
  return `${declaration}<Types xmlns="${packages}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>${overrides.join('')}</Types>`;
}

/** Relative to xl/. */
export function sheetPath(index: number): string {
  return `worksheets/sheet${index + 1}.xml`;
}

export function packageRelations(): string {
  return [...relationships([relationship('rId1', 'officeDocument', 'xl/workbook.xml')])].join('');
}

export function workbookRelations(sheets: SheetEntry[]): string {
  const toSheets = sheets.map((_, index) => relationship(`rId${index + 1}`, 'worksheet', sheetPath(index)));
  const toStyles = relationship(`rId${sheets.length + 1}`, 'styles', 'styles.xml');
  return [...relationships([...toSheets, toStyles])].join('');
}

export function workbook(sheets: SheetEntry[]): string {
  const entries = sheets.map(
    ({ name }, index) => `<sheet name="${xmlText(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
  );
  const filters = sheets.flatMap(({ name, filterRange }, index) =>
    filterRange === undefined
      ? []
      : `<definedName name="_xlnm._FilterDatabase" localSheetId="${index}" hidden="1">${xmlText(`'${name.replaceAll("'", "''")}'!${filterRange}`)}</definedName>`,
  );
  const names = filters.length === 0 ? '' : `<definedNames>${filters.join('')}</definedNames>`;
  return `${declaration}<workbook xmlns="${spreadsheet}" xmlns:r="${relations}"><bookViews><workbookView/></bookViews><sheets>${entries.join('')}</sheets>${names}</workbook>`;
}

/** One line per relationship, since a part may have many. */
export function* relationships(entries: Iterable<string>): Generator<string> {
  yield `${declaration}<Relationships xmlns="${packages}/relationships">`;
  yield* entries;
  yield '</Relationships>';
}

export function relationship(id: string, kind: string, target: string, isOutside = false): string {
  const mode = isOutside ? ' TargetMode="External"' : '';
  return `<Relationship Id="${id}" Type="${relations}/${kind}" Target="${xmlText(target)}"${mode}/>`;
}

const xf = (attributes: string) => `<xf borderId="0" fillId="0" xfId="0" ${attributes}/>`;

export const styleSheet = `${declaration}<styleSheet xmlns="${spreadsheet}">
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts>
<fonts count="3"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font><font><u/><sz val="11"/><color rgb="FF0563C1"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="6">${[
  xf('numFmtId="0" fontId="0"'),
  xf('numFmtId="0" fontId="1" applyFont="1"'),
  xf('numFmtId="0" fontId="2" applyFont="1"'),
  xf('numFmtId="164" fontId="0" applyNumberFormat="1"'),
  xf('numFmtId="165" fontId="0" applyNumberFormat="1"'),
  xf('numFmtId="0" fontId="0" quotePrefix="1"'),
].join('')}</cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>`;
