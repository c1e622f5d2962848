import { describe, expect, it } from 'vitest';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { json, robots, type SiteAnswer } from './site.ts';
import { driveRun, endsOf, makeJob, outcomesOf } from './world.ts';

const number = { by: 'number' };
const offset = { by: 'offset', size: 1 };
const cursor = { by: 'cursor', path: 'next', param: 'page' };
const link = { by: 'link' };
const rowRule = { fields: { id: { path: 'id' } } };

/** Page 1 has one item and names page 2, which answers with `second`; a list that goes on ends with page 3. */
async function read(
  page: Record<string, unknown> | undefined,
  second: SiteAnswer,
  { rule = rowRule, items = 'rows', first = { rows: [{ id: 1 }], next: 2 } as object } = {},
) {
  const answer = ({ path }: { path: string }) => {
    const { searchParams } = new URL(path, 'http://a');
    const place = searchParams.get('page') ?? searchParams.get('offset') ?? '1';
    const at = searchParams.has('offset') ? Number(place) + 1 : Number(place);
    if (at === 1 && page !== undefined)
      return { ...json(first), headers: { link: '</api?page=2>; rel="next"' } };
    return at <= 2 ? second : json({ rows: [], next: null });
  };
  const site = await openSite({ '/api': answer });
  const world = enterWorld();
  const rest = { url: `${site.origin}/api`, items, label: 'row', page };
  const job = { sources: [{ rest }], pages: { row: rule }, fetch: { attempts: 1 } };
  await world.start('r', makeJob(job));
  await driveRun(world, 'r', world.newProcess('p'));
  const counts = await expectAccounted(world, 'r');
  const outcomes = await outcomesOf(world, 'r');
  const facts = outcomes.flatMap(({ pages }) => pages);
  const ids = outcomes.flatMap((outcome) => outcome.items.map(({ fields }) => fields['id'])).sort();
  const messages = facts.flatMap(({ message }) => message ?? []).join('\n');
  return { counts, ids, messages, ends: Object.values(await endsOf(world, 'r')).sort() };
}

const withoutList: [string, SiteAnswer, RegExp][] = [
  ['an error', json({ error: 'rate limited', code: 7 }), /keys error, code/],
  ['null', json({ rows: null }), /it is null; .*keys rows/],
  ['another name', json({ row: [{ id: 2 }] }), /there is a list at "row"/],
  ['a name deeper down', json({ data: { rows: [{ id: 2 }] } }), /there is a list at "data.rows"/],
  ['an object', json({ rows: { 7: { id: 2 } } }), /it is an object with the keys 7/],
  ['a text', json({ rows: 'none' }), /it is a string/],
  ['the answer itself', json([{ id: 2 }]), /the answer itself is a list of 1; without items: it is the list/],
  ['nothing but another key', json({ ok: 1 }), /an object with the keys ok/],
  ['JSON that is null', json(null), /the answer is null/],
  ['a page to log in', { body: '<!doctype html><form>' }, /not JSON but HTML/],
  ['JSON Lines', { body: '{"id":2}\n{"id":3}' }, /not JSON but JSON Lines/],
  ['half of JSON', { body: '{"rows":[{"id":2}' }, /not JSON/],
  ['an empty 200', { body: '' }, /empty body/],
];

describe('an answer of an API without its list', () => {
  for (const [by, page] of Object.entries({ number, offset, cursor, link, once: undefined })) {
    it.each(withoutList)(`fails, by ${by}: %s`, async (_, second, message) => {
      const { counts, ends, ids, messages } = await read(page, second);
      const code = message.source === 'empty body' ? 'NO_CONTENT' : 'REST_INVALID';
      expect(ends).toEqual([`failed ${code}`, ...(page === undefined ? [] : ['stored'])]);
      expect(messages).toMatch(message);
      expect(counts).toMatchObject({ [`failed:${code}`]: 1, 'lists:cut': 1 });
      expect(ids).toEqual(page === undefined ? [] : [1]);
    });
  }

  const rows = [{ id: 1 }];
  it.each<[string, object, object, object]>([
    ['a total that was read', number, { rows }, { total: 1 }],
    ['a total in meta', offset, { rows }, { meta: { totalCount: 1 }, rows: null }],
    ['a flag', link, { rows }, { has_more: false }],
    ['a null cursor', cursor, { rows, next: 2 }, { rows: null, next: null }],
    ['an empty cursor', cursor, { rows, next: 2 }, { next: '' }],
    ['nothing at all, by the same rule', cursor, { rows, next: 2 }, {}],
    ['no cursor, as Protocol Buffers leave it out', cursor, { rows, next: 2, kind: 'x' }, { kind: 'x' }],
  ])(
    'is the end after pages with items, and counted, where it says so by %s',
    async (_, page, first, second) => {
      const { counts, ends, ids } = await read(page as Record<string, unknown>, json(second), { first });
      expect(ends).toEqual(['skipped REST_ENDED', 'stored']);
      expect(counts).toMatchObject({ admitted: 2, stored: 1, 'skipped:REST_ENDED': 1, items: 1 });
      expect(ids).toEqual([1]);
    },
  );

  it.each<[string, object, object]>([
    ['a total that was not read', number, { total: 5 }],
    ['a total that was read, with an error', number, { total: 1, error: 'x' }],
    ['a null cursor, with an error', cursor, { rows: null, next: null, errors: [{ message: 'x' }] }],
    ['a null cursor, and no success', cursor, { rows: null, next: null, success: false }],
    ['no cursor, and another key', cursor, { note: 'x' }],
    ['no cursor, and a status', cursor, { status: 'bad' }],
    ['no cursor, and null for the list', cursor, { rows: null }],
  ])('is none where it says: %s', async (_, page, second) => {
    const first = { rows, next: 2, status: 'ok', error: null };
    const { ends } = await read(page as Record<string, unknown>, json(second), { first });
    expect(ends).toEqual(['failed REST_INVALID', 'stored']);
  });

  it.each([{ total: 0 }, { next: null, rows: null }, { has_more: false }])(
    'is none on the first page: %j',
    async (second) => {
      expect((await read(cursor, json({}), { first: second })).ends).toEqual(['failed REST_INVALID']);
    },
  );

  it('is reported where the list is empty for an error', async () => {
    const { counts, messages } = await read(number, json({ rows: [], errors: ['quota'] }));
    expect(counts).toMatchObject({ stored: 2, 'source:failed:REST_INVALID': 1 });
    expect(messages).toMatch(/list is empty, and the answer reports an error; its keys are rows, errors/);
  });

  it('is an empty list where what it is read through is empty', async () => {
    const first = { groups: [{ rows: [{ id: 1 }] }, { rows: [{ id: 2 }] }] };
    const { ends, ids } = await read(number, json({ groups: [] }), { first, items: 'groups[*].rows' });
    expect([ends, ids]).toEqual([
      ['stored', 'stored'],
      [1, 2],
    ]);
  });
});

describe('a status that says an API has no page there', () => {
  it.each([
    [404, number, 'skipped REST_ENDED'],
    [404, offset, 'skipped REST_ENDED'],
    [416, offset, 'skipped REST_ENDED'],
    [204, number, 'skipped REST_ENDED'],
    [204, cursor, 'skipped REST_ENDED'],
    [404, cursor, 'failed HTTP_404'],
    [404, link, 'failed HTTP_404'],
    [400, number, 'failed HTTP_400'],
    [500, number, 'failed HTTP_500'],
  ])('%i after items, by %j: %s', async (status, page, end) => {
    const { ends, ids, counts } = await read(page, { status });
    expect(ends).toEqual([end, 'stored']);
    expect(ids).toEqual([1]);
    expect(counts).toMatchObject({ admitted: 2, stored: 1, items: 1 });
    expect(counts['lists:cut']).toBe(end.startsWith('failed') ? 1 : undefined);
    expect(counts['lists:cut:0']).toBe(counts['lists:cut']);
  });

  it('204 is a failure where no page had an item', async () => {
    const { ends } = await read(cursor, { status: 204 }, { first: { rows: [], next: 2 } });
    expect(ends).toEqual(['failed NO_CONTENT', 'stored']);
  });

  it('404 is a failure where the API has stated more', async () => {
    const { ends } = await read(number, { status: 404 }, { first: { rows: [{ id: 1 }], total: 3 } });
    expect(ends).toEqual(['failed HTTP_404', 'stored']);
  });

  it.each([
    [404, 'failed HTTP_404'],
    [416, 'failed HTTP_416'],
    [204, 'failed NO_CONTENT'],
  ])('%i is a failure on the first page', async (status, end) => {
    expect((await read(undefined, { status })).ends).toEqual([end]);
  });
});

describe('a page of an API that is not read', () => {
  it('for robots.txt cuts the list', async () => {
    const site = await openSite({
      '/robots.txt': robots('User-agent: *\nDisallow: /api?page=2'),
      '/api': json({ rows: [{ id: 1 }], next: 2 }),
    });
    const world = enterWorld();
    const rest = { url: `${site.origin}/api`, items: 'rows', label: 'row', page: cursor };
    await world.start('r', makeJob({ sources: [{ rest }], pages: { row: rowRule } }));
    await driveRun(world, 'r', world.newProcess('p'));
    const counts = await expectAccounted(world, 'r');
    expect(counts).toMatchObject({ 'skipped:ROBOTS_DISALLOWED': 1, 'lists:cut': 1, items: 1 });
  });

  it('takes nothing from the pages after it, where it is its items that cannot be', async () => {
    const pattern = '(?=a)a*a*a*a*a*a*a*a*$';
    const rule = { fields: { id: { path: 'id', regex: pattern } } } as never;
    const second = json({ rows: [{ id: `${'a'.repeat(80)}!` }], next: 3 });
    const first = { rows: [{ id: 'a' }], next: 2 };
    const { ends, counts } = await read(cursor, second, { rule, first });
    expect(ends).toEqual(['failed REGEX_TIMEOUT', 'stored', 'stored']);
    expect(counts['lists:cut']).toBeUndefined();
  });
});

describe('a page of an API is read', () => {
  const body = '{"rows":[{"id":2}],"next":3}';
  it.each<[string, SiteAnswer]>([
    ['as application/octet-stream', { headers: { 'content-type': 'application/octet-stream' }, body }],
    ['as text/plain', { headers: { 'content-type': 'text/plain' }, body }],
    ['as text/html', { body }],
    ['with a byte order mark', { body: `\uFEFF${body}` }],
    ['though its total is less than came', { body: '{"rows":[{"id":2}],"next":3,"total":1}' }],
  ])('%s', async (_, second) => {
    for (const page of [number, cursor]) {
      const { ends, ids } = await read(page, second);
      expect([ends, ids]).toEqual([
        ['stored', 'stored', 'stored'],
        [1, 2],
      ]);
    }
  });

  it('by a cursor beyond 2^53, with its digits', async () => {
    const asked: string[] = [];
    const site = await openSite({
      '/api': ({ path }: { path: string }) => {
        asked.push(path);
        return { body: asked.length === 1 ? '{"rows":[{}],"next":9007199254740993}' : '{"rows":[]}' };
      },
    });
    const world = enterWorld();
    const rest = { url: `${site.origin}/api`, items: 'rows', label: 'row', page: cursor };
    await world.start('r', makeJob({ sources: [{ rest }], pages: { row: {} } }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(asked).toEqual(['/api', '/api?page=9007199254740993']);
  });

  it('and what of it is no object, and no field takes, is reported', async () => {
    const { counts, messages } = await read(number, json({ rows: [1, 'a', { id: 2 }] }), {
      rule: { fields: {} } as never,
    });
    expect(counts).toMatchObject({ stored: 3, 'source:failed:REST_INVALID': 1 });
    expect(messages).toMatch(/2 of 3 items are no objects/);
  });
});
