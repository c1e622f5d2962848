import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { exportRun } from '../../shared/export/export-run.ts';
import type { ExportKind } from '../../shared/export/records.ts';
import { type ExportFormat, exportFormats } from '../../shared/job/export-formats.ts';
import type { Outcome } from '../../shared/model.ts';
import { fact, item, outcomesOf } from './outcomes-of.ts';
import { parseCsv } from './parse-csv.ts';
import { readWorkbook } from './xlsx/read-workbook.ts';

const outcomes = outcomesOf(
  {
    items: [item({ title: 'Ünïcode, "quoted"', price: 3 }), item({ _item: 'own' })],
    pages: [fact('stored'), fact('retry', { code: 'HTTP_503' })],
  },
  {
    items: [item({ price: null, tags: ['a', 'b'] }, { missing: ['title'] }), item({ extra: { deep: true } })],
    pages: [
      fact('failed', { url: 'http://shop.test/2', code: 'HTTP_404', status: 404 }),
      fact('failed', { url: 'http://shop.test/sitemap.xml', kind: 'sitemap', code: 'SITEMAP_INVALID' }),
      fact('skipped', { url: 'http://shop.test/3', code: 'REDIRECTED' }),
      fact('stored', { url: 'spinneret:seed', kind: 'seed' }),
    ],
  },
);

async function exported(what: ExportKind, format: ExportFormat, from = outcomes): Promise<string> {
  const to = new PassThrough();
  const [written] = await Promise.all([
    buffer(to),
    exportRun({ outcomes: from, run: 'run', what, format, to }),
  ]);
  return written.toString('utf8');
}

const lines = (written: string) =>
  written
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('exportRun', () => {
  it('tells of cells in CSV that a spreadsheet cuts, and of halves of characters', async () => {
    const odd = outcomesOf({
      items: [item({ a: 'x'.repeat(32_768), b: '\ud83d', c: 'a\0b\ufffe' })],
      pages: [],
    });
    const to = new PassThrough();
    const [written, { remarks }] = await Promise.all([
      buffer(to),
      exportRun({ outcomes: odd, run: 'run', what: 'items', format: 'csv', to }),
    ]);
    expect(remarks).toEqual({ longCells: 1, brokenCells: 1 });
    expect(written.toString('utf8')).toContain('x,\ufffd,a\0b\ufffe\r\n');
    expect(lines(await exported('items', 'jsonl', odd))).toMatchObject([{ b: '\ud83d', c: 'a\0b\ufffe' }]);
  });

  it('writes complete items, one JSON object a line', async () => {
    expect(lines(await exported('items', 'jsonl'))).toEqual([
      { _item: 'product', _url: 'http://shop.test/1', title: 'Ünïcode, "quoted"', price: 3 },
      { _item: 'own', _url: 'http://shop.test/1' },
      { _item: 'product', _url: 'http://shop.test/1', extra: { deep: true } },
    ]);
  });

  it('writes incomplete items with what they lack', async () => {
    expect(lines(await exported('incomplete', 'jsonl'))).toEqual([
      { _item: 'product', _url: 'http://shop.test/1', _missing: ['title'], price: null, tags: ['a', 'b'] },
    ]);
  });

  it('writes one line per page, without retries and without what only leads to pages', async () => {
    expect(lines(await exported('pages', 'jsonl')).map(({ url, end }) => `${end} ${url}`)).toEqual([
      'stored http://shop.test/1',
      'failed http://shop.test/2',
      'skipped http://shop.test/3',
    ]);
  });

  it('writes failures, those of sources included, and what incomplete items lack', async () => {
    expect(lines(await exported('failures', 'jsonl')).map(({ code }) => code)).toEqual([
      'HTTP_404',
      'SITEMAP_INVALID',
      'ITEM_INCOMPLETE',
    ]);
  });

  it('gives every fact a code and a status, by the code if need be', async () => {
    const from = outcomesOf({
      pages: [fact('stored', { status: 200 }), fact('failed', { code: 'HTTP_503' })],
    });
    expect(lines(await exported('pages', 'jsonl', from))).toMatchObject([
      { code: null, status: 200 },
      { code: 'HTTP_503', status: 503 },
    ]);
  });

  it.each(['items', 'incomplete', 'pages', 'failures'] as const)(
    'writes %s as one JSON array',
    async (what) => {
      expect(JSON.parse(await exported(what, 'json'))).toEqual(lines(await exported(what, 'jsonl')));
    },
  );

  it('writes an empty array when there is nothing', async () => {
    expect(JSON.parse(await exported('items', 'json', outcomesOf()))).toEqual([]);
  });

  it('writes CSV under the union of all columns, in order of first appearance', async () => {
    const csv = await exported('items', 'csv');
    expect(csv.startsWith('\ufeff')).toBe(true);
    expect(parseCsv(csv.slice(1))).toEqual([
      ['_item', '_url', 'title', 'price', 'extra.deep'],
      ['product', 'http://shop.test/1', 'Ünïcode, "quoted"', '3', ''],
      ['own', 'http://shop.test/1', '', '', ''],
      ['product', 'http://shop.test/1', '', '', 'true'],
    ]);
  });

  it('writes a FeatureCollection', async () => {
    const from = outcomesOf({ items: [item({ lat: 1, lng: 2 }), item({ name: 'nowhere' })] });
    expect(JSON.parse(await exported('items', 'geojson', from))).toMatchObject({
      type: 'FeatureCollection',
      features: [
        { type: 'Feature', geometry: { type: 'Point', coordinates: [2, 1] } },
        { type: 'Feature', geometry: null, properties: { name: 'nowhere' } },
      ],
    });
    expect(JSON.parse(await exported('items', 'geojson', outcomesOf()))).toEqual({
      type: 'FeatureCollection',
      features: [],
    });
  });

  it.each(exportFormats)('writes %s sorted, and all of it', async (format) => {
    const from = outcomesOf(
      { items: [item({ rank: 2, name: 'b' })] },
      { items: [item({ rank: 1, name: 'a' })] },
    );
    const to = new PassThrough();
    const [written, counts] = await Promise.all([
      buffer(to),
      exportRun({ outcomes: from, run: 'run', what: 'items', format, to, sort: 'rank' }),
    ]);
    expect(counts).toEqual({ records: 2, bytes: written.byteLength });
    const text = format === 'xlsx' ? readWorkbook(written)[0]?.xml : written.toString('utf8');
    expect(text).toMatch(/\ba\b[\s\S]*\bb\b/);
  });

  it('remarks that no record has the field to sort by', async () => {
    const to = new PassThrough();
    to.resume();
    const request = { outcomes, run: 'run', what: 'items', format: 'csv', to } as const;
    expect(await exportRun({ ...request, sort: 'ratng' })).toMatchObject({ remarks: { unsorted: 3 } });
  });

  it.each(exportFormats)('counts as %s the places that may be kept no longer once each', async (format) => {
    const place = (fetchedAt: string) =>
      item({ name: 'Acme', fetchedAt, provenance: { api: ['name'] } }, { item: 'place' });
    const now = new Date().toISOString();
    const from = outcomesOf({ items: [place('2020-01-01T00:00:00Z'), place(now)] });
    const to = new PassThrough();
    to.resume();
    const counts = await exportRun({ outcomes: from, run: 'run', what: 'items', format, to });
    expect(counts).toMatchObject({ records: 2, remarks: { apiPlaces: 2, expiredPlaces: 1 } });
  });

  it.each(['csv', 'xlsx'] as const)('writes as %s no more than was there when it began', async (format) => {
    let readings = 0;
    const growing = {
      async *list(): AsyncGenerator<Outcome> {
        readings += 1;
        for (let index = 0; index < readings; index += 1) {
          yield* outcomesOf({ items: [item({ [`column${index}`]: 1 })] }).list();
        }
      },
    };
    const to = new PassThrough();
    to.resume();
    const counts = await exportRun({ outcomes: growing, run: 'run', what: 'items', format, to });
    expect({ readings, records: counts.records }).toEqual({ readings: 2, records: 1 });
  });

  it('counts the records and the bytes written', async () => {
    const to = new PassThrough();
    const [written, counts] = await Promise.all([
      buffer(to),
      exportRun({ outcomes, run: 'run', what: 'items', format: 'csv', to }),
    ]);
    expect(counts).toEqual({ records: 3, bytes: written.byteLength });
  });

  it('reads no further than a slow reader takes', async () => {
    let listed = 0;
    const large = outcomesOf({ items: [item({ body: 'x'.repeat(100_000) })] });
    const endless = {
      async *list(): AsyncGenerator<Outcome> {
        for (; listed < 500; listed += 1) yield* large.list();
      },
    };
    let release = () => {};
    const stuck = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => {
        release = done;
      },
    });
    const exporting = exportRun({ outcomes: endless, run: 'run', what: 'items', format: 'jsonl', to: stuck });
    const failed = exporting.catch((error: unknown) => error);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(listed).toBeLessThan(20);
    release();
    stuck.destroy(new Error('reader gone'));
    expect(await failed).toMatchObject({ message: 'reader gone' });
  });

  it('leaves a stream open whose `end` is false', async () => {
    const to = new PassThrough();
    to.resume();
    await exportRun({ outcomes, run: 'run', what: 'items', format: 'jsonl', to, end: false });
    expect(to.writableEnded).toBe(false);
    to.end();
    await once(to, 'end');
  });
});
