import { describe, expect, it } from 'vitest';
import type { RunContext } from '../../../shared/engine/run-context.ts';
import { filesOfItems } from '../../../shared/engine/visit/item-files.ts';
import { requestsOfItems, withParent } from '../../../shared/engine/visit/item-requests.ts';
import { DropError } from '../../../shared/errors.ts';
import type { Item, Json } from '../../../shared/model.ts';
import { pageRequest } from '../../../shared/sources/page.ts';
import { makeJob } from '../world.ts';

const page = pageRequest({ url: 'http://a.test/from', label: 'index', depth: 1 });
const itemOf = (fields: Record<string, Json>, more: Partial<Item> = {}): Item => ({
  ...{ item: 'index', url: page.url, fields },
  ...more,
});

describe('requestsOfItems', () => {
  const made = (skips: number, maxDepth?: number, items = [itemOf({})], label = 'index') => {
    const job = makeJob({
      sources: [{ crawl: { start: page.url } }],
      limits: { ...(maxDepth && { maxDepth }) },
    });
    const skipped = Array.from({ length: skips }, () => new DropError('EACH_INVALID' as never, 'why'));
    const make = () => ({ requests: [pageRequest({ url: 'http://a.test/to', label: 'x' })], skipped });
    const makersByLabel = new Map([['index', [make, make]]]) as never;
    return requestsOfItems({ job: job as RunContext['job'], makersByLabel }, { ...page, label }, items);
  };
  const to = { ...pageRequest({ url: 'http://a.test/to', label: 'x' }), depth: 2, referrer: page.url };

  it('makes one of each source, a level deeper than the page', () => {
    expect(made(0)).toEqual({ requests: [to, to], facts: [], counts: {} });
    expect(made(0, 2).requests).toEqual([to, to]);
    expect(made(0, 1)).toEqual({ requests: [], facts: [], counts: { 'refused:depth': 2 } });
    const none = { requests: [], facts: [], counts: {} };
    expect([made(0, 9, []), made(0, 9, [itemOf({})], 'other')]).toEqual([none, none]);
  });

  it('reports ten of the items that it made none of, and counts the others', () => {
    const { facts, counts } = made(6);
    expect(facts).toHaveLength(10);
    expect(facts[0]).toMatchObject({ end: 'skipped', code: 'EACH_INVALID', message: 'why' });
    expect(counts).toEqual({ 'source:skipped': 2, 'source:skipped:EACH_INVALID': 2 });
    expect(made(5).counts).toEqual({});
  });

  it('gives the fields of its item to those of a request, which come first', () => {
    const given = { values: {}, parent: { id: 1, name: 'old' } };
    const fields = { name: 'new' };
    expect(withParent({ ...page, given }, [itemOf(fields)])[0]?.fields).toEqual({ id: 1, name: 'new' });
    expect(withParent({ ...page, given: { values: {} } }, [itemOf(fields)])[0]?.fields).toEqual(fields);
  });
});

describe('filesOfItems', () => {
  const of = new Map([['index', { photo: true as const, boxes: { file: true as const } }]]);
  const files = (items: Item[], keeps = true, label = 'index') => {
    const isDangerous = (url: string) => url.includes('logout');
    const run = { downloads: { of, ...(keeps && { store: {} }) }, sessions: { of: () => ({ isDangerous }) } };
    return filesOfItems(run as unknown as RunContext, { ...page, label }, items);
  };
  const a = 'http://a.test/a';
  const b = 'http://a.test/b';

  it('names and requests the files of complete items, each once, in the shape of their fields', () => {
    const whole = itemOf({
      photo: a,
      boxes: [{ file: b }, { file: null }, { other: 1 }, 'text', { file: a }],
    });
    const { items, requests, counts } = files([
      whole,
      itemOf({ photo: 5, boxes: null }),
      itemOf({ boxes: [] }),
    ]);
    expect(items.map((item) => item.files)).toEqual([
      { photo: a, boxes: [{ file: b }, null, null, null, { file: a }] },
      undefined,
      undefined,
    ]);
    expect(requests).toMatchObject([
      { kind: 'download', url: a, label: 'index', depth: 2, referrer: page.url },
      { kind: 'download', url: b },
    ]);
    expect([requests.length, counts]).toEqual([2, {}]);
  });

  it('counts what is no address, or would log out, and asks for none of it', () => {
    const { items, requests, counts } = files([
      itemOf({ photo: ['mailto:a@b', 'http://a.test/logout', 'http://'] }),
    ]);
    expect([items[0]?.files, requests, counts]).toEqual([
      undefined,
      [],
      { 'refused:scheme': 1, 'refused:action': 1, 'refused:url': 1 },
    ]);
  });

  it('leaves alone items that are kept apart, and labels without files; where none are kept, they are named alone', () => {
    const apart = [itemOf({ photo: a }, { missing: ['x'] })];
    expect(files(apart)).toEqual({ items: apart, requests: [], counts: {} });
    const other = [itemOf({ photo: a })];
    expect(files(other, true, 'other')).toEqual({ items: other, requests: [], counts: {} });
    expect(files(other, false)).toMatchObject({ items: [{ files: { photo: a } }], requests: [] });
  });
});
