import { buffer } from 'node:stream/consumers';
import yazl from 'yazl';

const officeType = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const relation = (id: string, type: string, target: string) =>
  `<Relationship Id="${id}" Type="${officeType}/${type}" Target="${target}"/>`;

/** A workbook of one sheet, whose parts are as they are given. */
export async function makeWorkbook(
  sheetData: string | Buffer,
  strings: string | Buffer = '<sst/>',
  compress = true,
): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  const parts: Record<string, string | Buffer> = {
    '_rels/.rels': `<Relationships>${relation('r1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': '<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': `<Relationships>${relation('r1', 'worksheet', 'sheet.xml')}${relation('r2', 'sharedStrings', '/xl/strings.xml')}</Relationships>`,
    'xl/strings.xml': strings,
    'xl/sheet.xml': sheetData,
  };
  for (const [name, content] of Object.entries(parts))
    zip.addBuffer(Buffer.from(content), name, { compress });
  zip.end();
  return buffer(zip.outputStream);
}

/** A sheet of equal rows. */
export const sheetOf = (row: string, count: number): string =>
  `<worksheet><sheetData>${row.repeat(count)}</sheetData></worksheet>`;
