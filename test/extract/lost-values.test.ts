import { describe, expect, it } from 'vitest';
import { compileExtractor } from '../../shared/extract/extractor.ts';
import type { LostValue } from '../../shared/model.ts';
import { describeLoss } from '../../shared/text/lost-text.ts';
import { makePage, parseJob } from './compile-job.ts';

const html =
  '<title>Shop</title><img src=i.png><b>soon</b><i></i><p>12 apples</p><p>x</p><script>{"a":1}</script>';

async function lossesOf(
  fields: Record<string, unknown>,
  { inOnePass = true, reportsAllLosses = true } = {},
): Promise<LostValue[]> {
  const job = parseJob({ pages: { product: { fields } } });
  const extractor = await compileExtractor(job, {
    baseDir: '/',
    inOnePass,
    itemOptions: { reportsAllLosses },
  });
  const { items } = await extractor.extract(makePage(html));
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

  it('is reported five times an item at most', async () => {
    const list = { select: '*', list: true, type: 'number' };
    expect(await lossesOf({ list }, { reportsAllLosses: false })).toHaveLength(5);
  });
});
