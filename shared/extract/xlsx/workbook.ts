import { brokenFile } from '../kinds/broken-file.ts';
import { type CellDateFormat, dateFormatOf } from './cell-dates.ts';
import type { ZipArchive } from './open-zip.ts';
import { attributeOf, readXml } from './read-xml.ts';

/** The parts of a workbook (ECMA-376, SpreadsheetML) that its sheets refer to. */
export interface Workbook {
  /** Those that are shown, in their order. */
  sheets: { name: string; part: string }[];
  is1904: boolean;
  strings: string[];
  /** By the number of a cell's style. */
  formats: (CellDateFormat | undefined)[];
}

export function openWorkbook(archive: ZipArchive): Workbook {
  const root = relationsOf(archive, '').find(({ type }) => type.endsWith('/officeDocument'));
  const part = root?.target ?? 'xl/workbook.xml';
  const content = archive.read(part);
  if (content === undefined) throw brokenFile('it holds no workbook');
  const relations = relationsOf(archive, part);
  const targetOf = (kind: string) => relations.find(({ type }) => type.endsWith(`/${kind}`))?.target;
  const sheets: Workbook['sheets'] = [];
  let is1904 = false;
  readXml(content, {
    open(name, attributes) {
      if (name === 'workbookPr') is1904 = /^(1|true)$/.test(attributes['date1904'] ?? '');
      if (name !== 'sheet' || /hidden/i.test(attributes['state'] ?? '')) return;
      const id = attributeOf(attributes, 'id');
      const target = relations.find((relation) => relation.id === id)?.target;
      if (target !== undefined) sheets.push({ name: attributes['name'] ?? '', part: target });
    },
    text() {},
    close() {},
  });
  return {
    sheets,
    is1904,
    strings: stringsOf(archive, targetOf('sharedStrings')),
    formats: formatsOf(archive, targetOf('styles')),
  };
}

/** The relations of a part (ECMA-376 part 2, 9.3); of the package itself for `''`. */
function relationsOf(archive: ZipArchive, part: string): { id: string; type: string; target: string }[] {
  const folder = part.slice(0, part.lastIndexOf('/') + 1);
  const content = archive.read(`${folder}_rels/${part.slice(folder.length)}.rels`);
  const found: { id: string; type: string; target: string }[] = [];
  if (content === undefined) return found;
  readXml(content, {
    open(name, { Id: id = '', Type: type = '', Target: target = '', TargetMode: mode }) {
      if (name !== 'Relationship' || mode === 'External') return;
      found.push({ id, type, target: decodeURI(new URL(target, `zip:/${folder}`).pathname.slice(1)) });
    },
    text() {},
    close() {},
  });
  return found;
}

/** Texts of cells: runs joined, without how they are pronounced (`rPh`). */
function stringsOf(archive: ZipArchive, part: string | undefined): string[] {
  const content = part === undefined ? undefined : archive.read(part);
  const strings: string[] = [];
  if (content === undefined) return strings;
  let text = '';
  let isText = false;
  let phonetic = 0;
  readXml(content, {
    open(name) {
      if (name === 'si') text = '';
      if (name === 'rPh') phonetic++;
      isText = name === 't' && phonetic === 0;
    },
    text(part) {
      if (isText) text += part;
    },
    close(name) {
      if (name === 'rPh') phonetic--;
      if (name === 't') isText = false;
      if (name === 'si') strings.push(text);
    },
  });
  return strings;
}

/** Which styles of cells (`cellXfs`) are dates. */
function formatsOf(archive: ZipArchive, part: string | undefined): Workbook['formats'] {
  const content = part === undefined ? undefined : archive.read(part);
  const codes = new Map<number, string>();
  const formats: Workbook['formats'] = [];
  if (content === undefined) return formats;
  let isOfCells = false;
  readXml(content, {
    open(name, { numFmtId = '0', formatCode = '' }) {
      if (name === 'numFmt') codes.set(Number(numFmtId), formatCode);
      if (name === 'cellXfs') isOfCells = true;
      if (name === 'xf' && isOfCells)
        formats.push(dateFormatOf(Number(numFmtId), codes.get(Number(numFmtId))));
    },
    text() {},
    close(name) {
      if (name === 'cellXfs') isOfCells = false;
    },
  });
  return formats;
}
