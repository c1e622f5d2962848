import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Extraction } from '../../../shared/extract/types.ts';
import { extractWith } from '../compile-job.ts';
import { makeWorkbook, sheetOf } from './make-workbook.ts';

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const fileOf = (name: string) => readFileSync(join(import.meta.dirname, 'files', `${name}.xlsx`));
const read = (
  body: Uint8Array,
  rule: Record<string, unknown> = {},
  contentType = xlsx,
): Promise<Extraction> => extractWith(rule, '', { body, contentType });

describe('an Excel workbook', () => {
  it('gives the rows of its first sheet, as openpyxl wrote them', async () => {
    const { items } = await read(fileOf('openpyxl'));
    expect(items.map(({ fields }) => fields)).toEqual([
      {
        Article: 'Tea',
        Price: 3.5,
        Since: '2024-02-29',
        At: '2024-02-29T13:30:00',
        'In stock': true,
        Note: null,
      },
      {
        Article: 'Kä & <se>',
        Price: 12,
        Since: '1999-12-31',
        At: '2000-01-01T00:00:00',
        'In stock': false,
        Note: null,
      },
      { Article: null, Price: null, Since: null, At: null, 'In stock': null, Note: 'only a note' },
    ]);
    expect(items.every(({ marks }) => marks === undefined)).toBe(true);
  });

  it('has shared texts, formulas by their values, errors as text, times and formats with words, as XlsxWriter wrote them', async () => {
    const { items } = await read(fileOf('xlsxwriter'));
    expect(items.map(({ fields }) => fields)).toEqual([
      {
        Name: 'A',
        Day: '2025-03-04',
        Time: '12:00:00',
        Formula: 6,
        Error: '#DIV/0!',
        Money: 3.5,
        Run: 'a bold run',
      },
    ]);
  });

  it.each([
    ['by its type', xlsx, 'https://shop.example/x'],
    [
      'by its bytes, where the type is one of old Excel',
      'application/vnd.ms-excel',
      'https://shop.example/x',
    ],
    ['by its name', 'application/octet-stream', 'https://shop.example/x.xlsx'],
  ])('is known %s', async (_, contentType, url) => {
    const { items } = await extractWith({}, '', { body: fileOf('xlsxwriter'), contentType, url });
    expect(items).toHaveLength(1);
  });

  it.each([
    ['by its name', { table: { sheet: '2024' } }],
    ['by its number, without those that are hidden', { table: { sheet: 2 } }],
    ['by the path of its rows', { items: 'sheets[1].rows' }],
  ])('gives the rows of another sheet %s', async (_, rule) => {
    const { items } = await read(fileOf('openpyxl'), rule);
    expect(items.map(({ fields }) => fields)).toEqual([{ a: 1, b: 2 }]);
  });

  it('fails where it has not the sheet that the job names', async () => {
    const failed = read(fileOf('xlsxwriter'), { table: { sheet: 'Hidden' } });
    await expect(failed).rejects.toMatchObject({
      code: 'EXTRACT_FAILED',
      message: expect.stringContaining('but One'),
    });
  });
});

describe('a workbook that is hostile or broken', () => {
  const broken = { code: 'FILE_BROKEN' };

  it.each([1, 30, 1_000, 5_000])('is recognised as broken where it is cut after %i bytes', async (bytes) => {
    await expect(read(fileOf('openpyxl').subarray(0, bytes), { as: 'xlsx' })).rejects.toMatchObject(broken);
  });

  it.each([true, false])(
    'is recognised as broken where a byte of it is another (compressed: %s)',
    async (compress) => {
      const file = await makeWorkbook(sheetOf('<row><c><v>1234567</v></c></row>', 20), '<sst/>', compress);
      const at = file.indexOf('xl/sheet.xml') + 'xl/sheet.xml'.length + 10;
      file.writeUInt8(file.readUInt8(at) ^ 1, at);
      await expect(read(file)).rejects.toMatchObject(broken);
    },
  );

  it('is recognised as broken where it is no archive at all', async () => {
    await expect(read(Buffer.from('<html>Sign in</html>'))).rejects.toMatchObject(broken);
  });

  it.each<[string, string | Buffer, (string | Buffer)?]>([
    ['inflates to 200 MB', Buffer.alloc(200_000_000, ' ')],
    [
      'has one text 100,000 times',
      sheetOf('<row><c t="s"><v>0</v></c></row>', 100_000),
      `<sst><si><t>${'x'.repeat(1_000_000)}</t></si></sst>`,
    ],
    ['has a cell in the last column of each row', sheetOf('<row><c r="XFD1"><v>0</v></c></row>', 100_000)],
    ['nests elements without end', `<worksheet>${'<a>'.repeat(10_000_000)}`],
    ['has a cell beyond the last column', sheetOf('<row><c r="ZZZ1"><v>0</v></c></row>', 1)],
  ])('costs its page alone where it %s', async (_, sheet, strings) => {
    const file = await makeWorkbook(sheet, strings);
    expect(file.length).toBeLessThan(2_000_000);
    await expect(read(file)).rejects.toMatchObject(broken);
  });
});

describe('a formula whose value the workbook does not have', () => {
  const cell = (r: string, inner: string, type = '') => `<c r="${r}"${type}>${inner}</c>`;
  const text = (r: string, value: string) => cell(r, `<is><t>${value}</t></is>`, ' t="inlineStr"');
  const sheet = `<worksheet><sheetData><row>${text('A1', 'Name')}${text('B1', 'Price')}${text('C1', 'Note')}</row>
<row>${text('A2', 'Tea')}${cell('B2', '<f>2*3</f><v></v>')}${text('C2', 'n')}</row>
<row>${text('A3', 'Cup')}${cell('B3', '<f>B2+1</f><v>7</v>')}${cell('C3', '<f>""</f><v></v>', ' t="str"')}</row>
<row>${cell('B4', '<f t="shared" si="0"/>')}</row></sheetData></worksheet>`;

  it('is lost, by the column or the field, and its row is kept', async () => {
    const { items } = await read(await makeWorkbook(sheet));
    expect(items.map(({ fields }) => fields)).toEqual([
      { Name: 'Tea', Price: null, Note: 'n' },
      { Name: 'Cup', Price: 7, Note: null },
      { Name: null, Price: null, Note: null },
    ]);
    expect(items[0]?.lost).toEqual([{ field: 'Price', step: 'formula', found: '=2*3' }]);
    expect(items[1]?.lost).toBeUndefined();
    expect(items[2]?.lost).toContainEqual({ field: 'Price', step: 'formula', found: '=' });
  });

  it('is what a required field lacks, and no loss of one that has another value', async () => {
    const fields = {
      name: { path: 'Name' },
      cost: { path: 'Price', required: true },
      other: { from: ['path:Price', 'path:Name'] },
    };
    const { items } = await read(await makeWorkbook(sheet), { fields });
    expect(items[0]?.missing).toEqual(['cost']);
    expect(items[0]?.lost).toEqual([{ field: 'cost', step: 'formula', found: '=2*3' }]);
  });
});
