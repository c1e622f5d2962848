import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExportRecord } from '../../../shared/export/records.ts';
import { noRemarks } from '../../../shared/export/remarks.ts';
import { excelLimits, type SheetLimits } from '../../../shared/export/xlsx/limits.ts';
import { workbookChunks } from '../../../shared/export/xlsx/workbook.ts';
import { type ReadSheet, readWorkbook } from './read-workbook.ts';

async function written(records: ExportRecord[], changed: Partial<SheetLimits> = {}) {
  const remarks = noRemarks();
  let count = 0;
  const chunks = workbookChunks({
    source: { read: () => records, [Symbol.dispose]() {} },
    name: 'items',
    remarks,
    onRecord: () => {
      count += 1;
    },
    limits: { ...excelLimits, ...changed },
  });
  const sheets = readWorkbook(await buffer(Readable.from(chunks)));
  return { sheets, remarks, count };
}

async function onlySheet(records: ExportRecord[], changed: Partial<SheetLimits> = {}): Promise<ReadSheet> {
  const { sheets } = await written(records, changed);
  expect(sheets).toHaveLength(1);
  return sheets[0] as ReadSheet;
}

describe('workbookChunks', () => {
  it('writes numbers, booleans, dates and text as such, and nothing for null', async () => {
    const { cells } = await onlySheet([
      { n: -1.5e-7, b: true, day: '2026-01-31', at: '2026-01-31T12:00:00Z', text: '007', none: null },
    ]);
    expect(cells).toMatchObject({
      A2: { type: 'n', value: -1.5e-7 },
      B2: { type: 'b', value: true },
      C2: { type: 'n', value: 46_053, shown: '2026-01-31' },
      D2: { type: 'n', value: 46_053.5, shown: '2026-01-31 12:00:00' },
      E2: { type: 's', value: '007' },
      F1: { type: 's', value: 'none' },
    });
    expect(cells).not.toHaveProperty('F2');
  });

  it.each([
    '=cmd|" /C calc"!A0',
    '+1+1',
    '-2+3',
    '@SUM(A1)',
    '\t=1',
    '\n=1',
    '=HYPERLINK("http://evil.test")',
  ])('never makes a formula of text: %j', async (text) => {
    const { cells, xml } = await onlySheet([{ [text]: text }]);
    expect(cells['A2']).toMatchObject({ type: 's', value: text, formula: undefined });
    expect(cells['A1']).toMatchObject({ type: 's', value: text, formula: undefined });
    expect(xml).not.toMatch(/<f[\s>]/);
    // It stays text when somebody edits the cell.
    expect(xml).toContain('<c r="A2" s="5"');
  });

  it('keeps whatever text there is', async () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom(...'<>&"\' \n\r\t_x0041_=🦷é\u0000\u0001\ufffe\ud83d'),
        fc.string({ unit: 'grapheme' }),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), async (texts) => {
        const { cells } = await onlySheet(texts.map((value) => ({ value: `|${value}` })));
        expect(texts.map((_, index) => cells[`A${index + 2}`]?.value)).toEqual(
          // The reader's own folding.
          texts.map((value) => `|${value.replaceAll('\r\n', '\n')}`),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('keeps the digits of whole numbers that spreadsheets round', async () => {
    const { cells } = await onlySheet([{ a: 1234567890123456, b: 123456789012345, c: -1e15, d: 0.1 + 0.2 }]);
    expect(cells['A2']).toMatchObject({ type: 's', value: '1234567890123456' });
    expect(cells['B2']).toMatchObject({ type: 'n', value: 123456789012345 });
    expect(cells['C2']).toMatchObject({ type: 's', value: '-1000000000000000' });
    expect(cells['D2']).toMatchObject({ type: 'n', value: 0.1 + 0.2 });
  });

  it('makes links of URLs, and of nothing else', async () => {
    const { cells } = await onlySheet([
      {
        a: 'https://acme.test/é?x=1&y#top',
        b: 'mailto:a@acme.test',
        c: 'javascript:alert(1)',
        d: 'acme.test',
      },
    ]);
    expect(cells['A2']).toMatchObject({
      value: 'https://acme.test/é?x=1&y#top',
      link: 'https://acme.test/%C3%A9?x=1&y#top',
    });
    expect(cells['B2']).toMatchObject({ link: 'mailto:a@acme.test' });
    expect(cells['C2']).toMatchObject({ value: 'javascript:alert(1)', link: undefined });
    expect(cells['D2']).toMatchObject({ link: undefined });
  });

  it('gives the first columns the links that a sheet may have, and counts the others', async () => {
    const records = Array.from({ length: 5 }, (_, id) => ({
      a: `https://a.test/${id}`,
      b: `https://b.test/${id}`,
    }));
    const { sheets, remarks } = await written(records, { links: 7 });
    const linked = Object.entries(sheets[0]?.cells ?? {}).filter(([, { link }]) => link !== undefined);
    expect(linked.map(([reference]) => reference).sort()).toEqual(['A2', 'A3', 'A4', 'A5', 'A6', 'B2', 'B3']);
    expect(sheets[0]?.cells['B6']).toMatchObject({ type: 's', value: 'https://b.test/4' });
    expect(remarks).toMatchObject({ plainUrls: 3 });
  });

  it('cuts text at the longest a cell holds, and counts the cuts', async () => {
    const { sheets, remarks } = await written([
      { a: 'x'.repeat(32_767), b: 'y'.repeat(32_768), c: `${'z'.repeat(32_766)}🦷` },
    ]);
    const lengths = ['A2', 'B2', 'C2'].map((reference) => String(sheets[0]?.cells[reference]?.value).length);
    expect(lengths).toEqual([32_767, 32_767, 32_766]);
    expect(remarks).toMatchObject({ cutCells: 2 });
  });

  it('begins another sheet when one is full', async () => {
    const records = Array.from({ length: 5 }, (_, id) => ({ id, url: `https://a.test/${id}` }));
    const { sheets, count } = await written(records, { rows: 3 });
    expect(sheets.map(({ name, rows }) => [name, rows.slice(1).map(([id]) => id)])).toEqual([
      ['items', [0, 1]],
      ['items (2)', [2, 3]],
      ['items (3)', [4]],
    ]);
    expect(sheets[2]?.cells).toMatchObject({ A1: { value: 'id' }, B2: { link: 'https://a.test/4' } });
    expect(count).toBe(5);
  });

  it('gives each kind of item a sheet with its own columns', async () => {
    const { sheets } = await written([
      { _item: 'book', title: 'a' },
      { _item: 'author', name: 'b' },
      { _item: 'book', title: 'c', price: 1 },
    ]);
    expect(sheets.map(({ name, rows }) => [name, ...rows])).toEqual([
      ['book', ['_item', 'title', 'price'], ['book', 'a'], ['book', 'c', 1]],
      ['author', ['_item', 'name'], ['author', 'b']],
    ]);
  });

  it('has room for any number of kinds, and for any name', async () => {
    const kinds = [
      'a/b',
      'A:B',
      `'${'x'.repeat(40)}'`,
      'History',
      '',
      ...Array.from({ length: 30 }, (_, id) => `k${id}`),
    ];
    const { sheets, count } = await written(kinds.map((_item) => ({ _item })));
    expect(sheets.slice(0, 5).map(({ name }) => name)).toEqual([
      'a b',
      'A B (2)',
      'x'.repeat(31),
      'History sheet',
      'sheet',
    ]);
    expect(sheets.at(-1)).toMatchObject({ name: 'others' });
    expect(sheets).toHaveLength(21);
    expect(count).toBe(kinds.length);
  });

  it('freezes the header, makes it bold, and gives it the filter', async () => {
    const { filter, xml } = await onlySheet([{ a: 1, b: 2 }, { a: 3 }]);
    expect(filter).toBe('A1:B3');
    expect(xml).toContain('<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>');
    expect(xml).toMatch(/<row r="1"><c r="A1" s="1"/);
  });

  it('makes columns as wide as what is in them, within bounds', async () => {
    const { widths } = await onlySheet([{ a: 1, b: 'x'.repeat(20), c: 'x'.repeat(500), 'a long name': '' }]);
    expect(widths).toEqual([8, 21, 51, 14]);
  });

  it('writes an empty sheet when there is nothing', async () => {
    const { name, rows, filter } = await onlySheet([]);
    expect({ name, rows, filter }).toEqual({ name: 'items', rows: [], filter: undefined });
  });

  it('leaves out columns that a sheet cannot have, and counts them', async () => {
    const { sheets, remarks } = await written([{ a: 1, b: 2, c: 3 }], { columns: 2 });
    expect(sheets[0]?.rows).toEqual([
      ['a', 'b'],
      [1, 2],
    ]);
    expect(remarks).toMatchObject({ lostColumns: 1 });
  });

  it('lays out places as lists of businesses are read', async () => {
    const { rows } = await onlySheet([
      {
        _item: 'place',
        placeId: 'p',
        socials: { facebook: 'https://f.test' },
        location: { lat: 1, lng: 2 },
        name: 'Acme',
      },
    ]);
    expect(rows[0]).toEqual(['name', 'lat', 'lng', 'facebook', '_item', 'placeId']);
  });

  it('fails as the records do, and lets go of them', async () => {
    let isClosed = false;
    let reading = 0;
    const read = function* (): Generator<ExportRecord> {
      reading += 1;
      try {
        yield { a: 1 };
        if (reading === 2) throw new Error('store gone');
        yield { a: 2 };
      } finally {
        isClosed = true;
      }
    };
    const source = { read, [Symbol.dispose]() {} };
    const chunks = workbookChunks({ source, name: 'items', remarks: noRemarks(), onRecord() {} });
    await expect(buffer(Readable.from(chunks))).rejects.toThrow('store gone');
    expect(isClosed).toBe(true);
  });

  it('lets go of the records when its reader goes away', async () => {
    let open = 0;
    const read = function* (): Generator<ExportRecord> {
      open += 1;
      try {
        for (let id = 0; id < 20_000; id += 1) yield { id, text: `${id * 7919}` };
      } finally {
        open -= 1;
      }
    };
    const source = { read, [Symbol.dispose]() {} };
    for await (const _ of workbookChunks({ source, name: 'items', remarks: noRemarks(), onRecord() {} }))
      break;
    expect(open).toBe(0);
  });
});
