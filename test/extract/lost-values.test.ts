import { describe, expect, it } from 'vitest';
import { compileExtractor } from '../../shared/extract/extractor.ts';
import type { LostValue } from '../../shared/model.ts';
import { describeLoss } from '../../shared/text/lost-text.ts';
import { makePage, parseJob } from './compile-job.ts';

const html =
  '<title>Shop</title><img src=i.png><b>soon</b><i></i><p>12 apples</p><p>x</p><script>{"a":1}</script>';

async function lossesOf(
  fields: Record<string, unknown>,
  { inOnePass = true, reportsAllLosses = true, page = html } = {},
): Promise<LostValue[]> {
  const job = parseJob({ pages: { product: { fields } } });
  const extractor = await compileExtractor(job, {
    baseDir: '/',
    inOnePass,
    itemOptions: { reportsAllLosses },
  });
  const { items } = await extractor.extract(makePage(page));
  return items[0]?.lost ?? [];
}

describe('a value that is lost', () => {
  it.each([
    [{ select: '.nope' }, { step: 'select' }],
    [{ select: 'i' }, { step: 'text' }],
    [
      { select: 'img', attr: 'alt' },
      { step: 'attr', wanted: 'alt' },
    ],
    [{ select: 'script', path: 'b' }, { step: 'path' }],
    [{ select: 'b', path: 'b' }, { step: 'path' }],
    [{ select: 'p', table: 'rows' }, { step: 'table' }],
    [
      { select: 'title', regex: 'zzz(\\d+)' },
      { step: 'regex', found: 'Shop' },
    ],
    [
      { select: 'title', type: 'number' },
      { step: 'type', found: 'Shop', wanted: 'number' },
    ],
    [
      { select: 'b', type: 'date', required: true },
      { step: 'type', found: 'soon', wanted: 'date' },
    ],
    [
      { select: 'p', type: 'integer', list: true },
      { step: 'type', found: '12 apples', wanted: 'integer' },
    ],
    [
      { page: 'label', type: 'number' },
      { step: 'type', found: 'product', wanted: 'number' },
    ],
  ])('by %j says so', async (field, loss) => {
    for (const inOnePass of [true, false]) {
      const [first] = await lossesOf({ f: field }, { inOnePass });
      expect(first).toMatchObject({ ...loss, field: expect.stringMatching(/^f(\[0\])?$/) });
      expect(describeLoss(first as LostValue)).toContain('found' in loss ? `"${loss.found}"` : '');
    }
  });

  it.each([
    { og: 'title' },
    { microdata: 'Product.brand.name' },
    { jsonld: 'name' },
    { select: 'script', path: 'b' },
  ])('in %j is said of whatever data has the path', async (field) => {
    const [loss] = await lossesOf({ f: field });
    expect(describeLoss(loss as LostValue)).toBe(
      'the data has nothing at its path, or the page has no such data',
    );
  });

  it('is kept in a run where it was found, or is required', async () => {
    const fields = {
      title: 'title',
      absent: '.nope',
      unread: { select: 'b', type: 'number' },
      needed: { select: '.nope', required: true },
    };
    const kept = await lossesOf(fields, { reportsAllLosses: false });
    expect(kept.map(({ field }) => field)).toEqual(['unread', 'needed']);
  });

  it('is reported for every field of an item without any value, which is never complete', async () => {
    const fields = { absent: '.nope', empty: 'i', unread: { select: 'b', type: 'number' } };
    for (const inOnePass of [true, false]) {
      const lost = await lossesOf(fields, { inOnePass, reportsAllLosses: false });
      expect(lost.map(({ field, step }) => [field, step])).toEqual([
        ['absent', 'select'],
        ['empty', 'text'],
        ['unread', 'type'],
      ]);
    }
  });

  it('is reported once for each field and step of an item, with the number of its values', async () => {
    const fields = {
      list: { select: 'b, p', list: true, type: 'number' },
      ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [`f${n}`, { select: 'b', type: 'number' }])),
      title: 'title',
    };
    const lost = await lossesOf(fields, { reportsAllLosses: false });
    expect(lost.map(({ field, found, times }) => [field, found, times])).toEqual([
      ['list[0]', 'soon', 3],
      ...[1, 2, 3, 4, 5, 6].map((n) => [`f${n}`, 'soon', undefined]),
    ]);
  });

  it.each([
    [{ select: 'script', path: 'a' }, '{"a":1'],
    [{ select: 'script', path: 'a', list: true }, '[{"a":1}'],
    [{ script: 's', path: 'a' }, '{"a":1'],
  ])('by JSON that cannot be read is reported of optional fields too (%j)', async (field, json) => {
    const page = `<h1>T</h1><script id=s type="application/json">${json}</script>`;
    for (const inOnePass of [true, false]) {
      const lost = await lossesOf({ title: 'h1', f: field }, { inOnePass, reportsAllLosses: false, page });
      expect(lost).toMatchObject([{ step: 'json', found: json }]);
    }
  });

  it('is no loss where a script is code, or its JSON lacks the path', async () => {
    const page = '<h1>T</h1><script>go()</script><script>{"b":1}</script>';
    const fields = { title: 'h1', f: { select: 'script', path: 'a' } };
    expect(await lossesOf(fields, { reportsAllLosses: false, page })).toEqual([]);
  });
});
