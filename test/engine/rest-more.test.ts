import { describe, expect, it } from 'vitest';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { json } from './site.ts';
import { driveRun, makeJob, outcomesOf } from './world.ts';

const row = { fields: { id: { path: 'id' } } };

/** Reads an API that answers its n-th request with the n-th of `answers`, and later ones with an error of its own. */
async function read(page: Record<string, unknown>, answers: object[], rest: Record<string, unknown> = {}) {
  let asked = 0;
  const site = await openSite({
    '/api': () => {
      const answer = answers[asked++];
      return answer === undefined ? { status: 410 } : json(answer);
    },
  });
  const world = enterWorld();
  const source = { url: `${site.origin}/api`, items: 'rows', label: 'row', page, ...rest };
  await world.start(
    'r',
    makeJob({ sources: [{ rest: source }], pages: { row }, fetch: { attempts: 1 } } as never),
  );
  await driveRun(world, 'r', world.newProcess('p'));
  // Pages whose number stands in the body have one URL, which the accounts are kept by.
  const isByUrl = page['in'] === undefined;
  const counts = isByUrl ? await expectAccounted(world, 'r') : await world.ledger.readCounts('r');
  const outcomes = await outcomesOf(world, 'r');
  const ids = outcomes.flatMap((outcome) => outcome.items.map(({ fields }) => fields['id'])).sort();
  const messages = outcomes
    .flatMap(({ pages }) => pages)
    .flatMap(({ message }) => message ?? [])
    .join('\n');
  const ends = outcomes.flatMap(({ pages }) =>
    pages
      .filter(({ kind }) => kind === 'rest')
      .map(({ end, code }) => (code === undefined ? end : `${end} ${code}`)),
  );
  return { asked, counts, ids, messages, ends: ends.sort() };
}

const rows = (...ids: number[]) => ids.map((id) => ({ id }));
const cursor = { by: 'cursor', path: 'next', param: 'after', more: 'meta.more' };
const number = { by: 'number', more: 'meta.more' };
const offset = { by: 'offset', size: 1, more: 'meta.more' };
const inBody = { in: 'body' };
const body = { json: { q: 1 } };

describe('an API that says whether there is more (page.more)', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['by cursor', cursor, {}],
    ['by cursor in the body', { ...cursor, ...inBody }, body],
    ['by number', number, {}],
    ['by number in the body', { ...number, ...inBody }, body],
    ['by offset', offset, {}],
    ['by offset in the body', { ...offset, ...inBody }, body],
  ])('is read to its last page, and no request further, %s', async (_, page, rest) => {
    const answers = [
      { rows: rows(1), next: 'a', meta: { more: true } },
      { rows: rows(2), next: 'b', meta: { more: false } },
    ];
    const { asked, ends, ids, counts } = await read(page, answers, rest);
    expect({ asked, ends, ids }).toEqual({ asked: 2, ends: ['stored', 'stored'], ids: [1, 2] });
    expect(counts['lists:cut']).toBeUndefined();
    expect(counts['source:failed']).toBeUndefined();
  });

  it.each<[unknown, unknown]>([
    [1, 0],
    [12, 0],
    ['true', 'false'],
    ['Y', 'N'],
    ['1', '0'],
  ])('may say so by %j and %j', async (yes, no) => {
    const answers = [
      { rows: rows(1), next: 'a', meta: { more: yes } },
      { rows: rows(2), next: 'b', meta: { more: no } },
    ];
    expect(await read(cursor, answers)).toMatchObject({ asked: 2, ends: ['stored', 'stored'] });
  });

  it.each<[string, object]>([
    ['null', { meta: { more: null } }],
    ['nothing', {}],
  ])('is read on by its cursor where it says %s', async (_, silent) => {
    const answers = [
      { rows: rows(1), next: 'a', meta: { more: true } },
      { rows: rows(2), next: 'b', ...silent },
      { rows: rows(3), next: null, ...silent },
    ];
    const { ids, counts } = await read(cursor, answers);
    expect(ids).toEqual([1, 2, 3]);
    expect(counts['source:failed']).toBeUndefined();
  });

  it('is doubted once, and read on, where a second page came though nothing has stood there', async () => {
    const answers = [
      { rows: rows(1), next: 'a' },
      { rows: rows(2), next: 'b' },
      { rows: rows(3), next: null },
    ];
    const { ids, counts, messages } = await read(cursor, answers);
    expect(ids).toEqual([1, 2, 3]);
    expect(counts).toMatchObject({ 'source:failed:REST_INVALID': 1 });
    expect(messages).toContain('page.more: nothing stands at "meta.more"');
  });

  it('is not doubted for a list of one page that says nothing, as Protocol Buffers leave false out', async () => {
    expect((await read(cursor, [{ rows: rows(1) }])).counts['source:failed']).toBeUndefined();
    const byNumber = await read(number, [{ rows: rows(1) }, { rows: [] }]);
    expect(byNumber.counts['source:failed']).toBeUndefined();
  });

  it('is doubted where what stands there is neither yes nor no', async () => {
    const { counts, messages, ids } = await read(cursor, [{ rows: rows(1), next: 'a', meta: { more: {} } }]);
    expect(ids).toEqual([1]);
    expect(counts).toMatchObject({ 'source:failed:REST_INVALID': 1 });
    expect(messages).toContain('what stands at "meta.more" is neither yes nor no');
  });

  it('is doubted where it says that there is more, and not where', async () => {
    const { counts, messages } = await read(cursor, [{ rows: rows(1), next: null, meta: { more: true } }]);
    expect(counts).toMatchObject({ 'source:failed:REST_INVALID': 1 });
    expect(messages).toContain('meta.more says that there is more, but there is no cursor at next');
  });

  it.each([number, offset])('is read over empty pages while it says that there is more: %j', async (page) => {
    const answers = [
      { rows: rows(1), meta: { more: true } },
      { rows: [], meta: { more: true } },
      { rows: rows(2), meta: { more: false } },
    ];
    expect(await read(page, answers)).toMatchObject({ asked: 3, ids: [1, 2] });
  });

  it('is doubted after five empty pages that say that there is more', async () => {
    const empty = { rows: [], meta: { more: true } };
    const { asked, counts } = await read(number, [
      { rows: rows(1), meta: { more: true } },
      ...Array(9).fill(empty),
    ]);
    expect(asked).toBe(6);
    expect(counts).toMatchObject({ 'source:failed:REST_EMPTY': 1 });
  });

  it('has failed where the page that it said there is does not exist', async () => {
    const first = { rows: rows(1), meta: { more: true } };
    const { ends, counts } = await read(number, [first]);
    expect(ends).toEqual(['failed HTTP_410', 'stored']);
    expect(counts).toMatchObject({ 'lists:cut': 1 });
  });

  it('is doubted where it gives its last page again and says that there is more', async () => {
    const page = { rows: rows(1), meta: { more: true } };
    const { counts } = await read(number, [page, { rows: rows(2), meta: { more: true } }, page, page]);
    expect(counts).toMatchObject({ 'source:failed:REST_CYCLE': 1, 'skipped:REST_REPEATED': 1 });
  });

  it('has ended without a list where it says that nothing is left', async () => {
    const answers = [{ rows: rows(1), next: 'a', meta: { more: true } }, { meta: { more: 0 } }];
    expect((await read(cursor, answers)).ends).toEqual(['skipped REST_ENDED', 'stored']);
  });
});

describe('a connection of Relay (endCursor beside hasNextPage)', () => {
  const page = { by: 'cursor', path: 'info.endCursor', in: 'body', param: 'variables.after' };
  const graphql = { graphql: { query: 'q' } };

  it('ends with hasNextPage: false, though it has a cursor', async () => {
    const answers = [
      { rows: rows(1), info: { endCursor: 'a', hasNextPage: true } },
      { rows: rows(2), info: { endCursor: 'b', hasNextPage: false } },
    ];
    expect(await read(page, answers, graphql)).toMatchObject({ asked: 2, ids: [1, 2] });
  });

  it('goes on by its cursor where hasNextPage was not asked for', async () => {
    const answers = [
      { rows: rows(1), info: { endCursor: 'a' } },
      { rows: rows(2), info: { endCursor: null } },
    ];
    const { asked, counts } = await read(page, answers, graphql);
    expect(asked).toBe(2);
    expect(counts['source:failed']).toBeUndefined();
  });
});

describe('an API that says has_more under its usual name', () => {
  it.each<[string, Record<string, unknown>]>([
    ['cursor', { by: 'cursor', path: 'nxet', param: 'after' }],
    ['link', { by: 'link' }],
  ])('is doubted, by %s, where no next page is named', async (_, page) => {
    const { counts, messages } = await read(page, [{ rows: rows(1), next: 'a', has_more: true }]);
    expect(counts).toMatchObject({ 'source:failed:REST_INVALID': 1 });
    expect(messages).toMatch(
      /has_more says that there is more, but (there is no cursor at nxet|no Link header)/,
    );
  });

  const byCursor = { by: 'cursor', path: 'next', param: 'after' };

  it('is doubted where it says so nested, beside the list', async () => {
    const answer = { data: { rows: rows(1), page: { has_more: true } }, next: null };
    const { counts, messages } = await read(byCursor, [answer], { items: 'data.rows' });
    expect(counts).toMatchObject({ 'source:failed:REST_INVALID': 1 });
    expect(messages).toContain('has_more says that there is more, but there is no cursor at next');
  });

  it.each<[string, object]>([
    ['an item', { rows: [{ id: 1, has_more: true, lines: { data: [], has_more: true } }] }],
    ['a record beside the list', { rows: rows(1), customer: { id: 7, has_more: true } }],
    ['another list', { rows: rows(1), comments: { data: [{}], has_more: true } }],
  ])('is not doubted where it says so of %s', async (_, answer) => {
    const { asked, counts, ids } = await read(byCursor, [{ ...answer, next: null }]);
    expect({ asked, ids }).toEqual({ asked: 1, ids: [1] });
    expect(counts['source:failed']).toBeUndefined();
  });

  it('has not ended where a record beside the missing list has no more', async () => {
    const answers = [
      { rows: rows(1), next: 'a' },
      { customer: { id: 7, has_more: false }, next: 'b' },
    ];
    const { ends } = await read(byCursor, answers);
    expect(ends).toEqual(['failed REST_INVALID', 'stored']);
  });

  it('is read over an empty page, by number', async () => {
    const answers = [{ rows: rows(1) }, { rows: [], has_more: true }, { rows: rows(2) }, { rows: [] }];
    expect(await read({ by: 'number' }, answers)).toMatchObject({ asked: 4, ids: [1, 2] });
  });

  it('is not cut short by it', async () => {
    const answers = [
      { rows: rows(1), next: 'a', has_more: false },
      { rows: rows(2), next: null },
    ];
    expect(await read({ by: 'cursor', path: 'next', param: 'after' }, answers)).toMatchObject({
      ids: [1, 2],
    });
  });
});
