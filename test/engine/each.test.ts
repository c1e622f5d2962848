import { describe, expect, it } from 'vitest';
import { enterWorld, openSite } from './setting.ts';
import { json, type SitePages, type SiteRequest } from './site.ts';
import { driveRun, makeJob, outcomesOf, unaccounted, type World } from './world.ts';

const idField = { id: { path: 'id' } };
const pages = {
  index: { fields: { ...idField, name: { path: 'name' } } },
  detail: { fields: { price: { path: 'price' } } },
};

interface Asked {
  source: (origin: string) => object;
  items: unknown[];
  answers?: SitePages;
  job?: object;
  env?: Record<string, string>;
}

/** Runs an index of these items, and a source that makes a request of each; returns what was asked, and what came. */
async function run({ source, items, answers = {}, job = {}, env = {} }: Asked) {
  const site = await openSite({ '/index': json(items), ...answers });
  const world = enterWorld({}, env);
  const index = { rest: { url: `${site.origin}/index`, label: 'index' } };
  await world.start('r', makeJob({ sources: [index, source(site.origin)], pages, ...job }));
  await driveRun(world, 'r', world.newProcess('p'));
  const outcomes = await outcomesOf(world, 'r');
  return {
    asked: site.log.filter(({ path }) => path !== '/index' && path !== '/robots.txt'),
    items: outcomes.flatMap((outcome) => outcome.items).filter(({ item }) => item === 'detail'),
    facts: outcomes.flatMap((outcome) => outcome.pages),
    counts: await accountedCounts(world),
    stored: JSON.stringify(outcomes),
  };
}

/** Requests that differ in their body or headers alone have one URL, which facts are told apart by elsewhere. */
async function accountedCounts(world: World) {
  const counts = await world.ledger.readCounts('r');
  expect([counts['open'], unaccounted(counts)]).toEqual([0, 0]);
  return counts;
}

/** One request for `value`; its `id` is the only value. */
async function askFor(value: unknown, part: object, path = '/detail', env: Record<string, string> = {}) {
  const made = await run({
    items: [{ id: value }],
    source: (origin) => ({ rest: { url: origin + path, each: { from: 'index' }, label: 'detail', ...part } }),
    answers: { '/detail': json([{ price: 1 }]), '/detail/': json([{ price: 1 }]) },
    env,
  });
  return { ...made, request: made.asked[0] };
}

describe('a source with each', () => {
  it.each([
    ['an object without keys, by cursor', {}, { by: 'cursor', path: 'next', param: 'after' }, 'REST_ENDED'],
    ['the same without paging', {}, undefined, 'REST_INVALID'],
    ['the same by number', {}, { by: 'number' }, 'REST_INVALID'],
    [
      'the same where cursors stand deeper',
      {},
      { by: 'cursor', path: 'meta.next', param: 'after' },
      'REST_INVALID',
    ],
    ['any key', { status: 'ok' }, { by: 'cursor', path: 'next', param: 'after' }, 'REST_INVALID'],
  ])('takes a first answer without the list as %s for what it is', async (_what, answer, page, code) => {
    const { facts } = await run({
      items: [{ id: 1 }],
      source: (origin) => ({
        rest: {
          ...{ url: `${origin}/items/{id}`, each: { from: 'index' }, label: 'detail', items: 'list' },
          ...(page === undefined ? {} : { page }),
        },
      }),
      answers: { '/items/1': json(answer) },
    });
    expect(facts.flatMap((fact) => fact.code ?? [])).toEqual([code]);
  });

  it.each(['rest', 'send'])(
    'makes a request of each item, once, with fields of its item: %s',
    async (kind) => {
      const items = [1, 2, 3, 2].map((id) => ({ id, name: `n${id}` }));
      const {
        asked,
        items: found,
        counts,
      } = await run({
        items,
        source: (origin) => ({
          [kind]: {
            url: `${origin}/items/{id}`,
            each: { from: 'index', with: ['id', 'name'] },
            label: 'detail',
          },
        }),
        answers: Object.fromEntries([1, 2, 3].map((id) => [`/items/${id}`, json([{ price: id * 10 }])])),
      });
      expect(asked.map(({ path }) => path).sort()).toEqual(['/items/1', '/items/2', '/items/3']);
      expect(found.map(({ fields }) => fields)).toEqual(
        expect.arrayContaining([1, 2, 3].map((id) => ({ id, name: `n${id}`, price: id * 10 }))),
      );
      expect(found).toHaveLength(3);
      expect(counts).toMatchObject({ stored: 4, admitted: 4, duplicates: 1, items: 7 });
    },
  );

  it.each<[string, unknown, string]>([
    ['a slash', 'a/b', '/detail/a%2Fb'],
    ['a parameter', 'a?x=1&y=2#z', '/detail/a%3Fx%3D1%26y%3D2%23z'],
    ['another host', '//evil.example/', '/detail/%2F%2Fevil.example%2F'],
    ['a user name', '@evil.example', '/detail/%40evil.example'],
    ['a way up within it', '../../x', '/detail/..%2F..%2Fx'],
    ['a backslash', 'a\\b', '/detail/a%5Cb'],
    ['what is encoded', 'a%2Fb', '/detail/a%252Fb'],
    ['a line break', 'a\r\nb', '/detail/a%0D%0Ab'],
    ['letters', 'ü €', '/detail/%C3%BC%20%E2%82%AC'],
    ['half a pair', '\ud800', '/detail/%EF%BF%BD'],
    ['a number', 17, '/detail/17'],
    ['0', 0, '/detail/0'],
    ['false', false, '/detail/false'],
  ])('encodes a value for a segment of the path: %s', async (_, value, path) => {
    expect((await askFor(value, {}, '/detail/{id}')).request?.path).toBe(path);
  });

  it.each<[string, object, (request: SiteRequest) => unknown]>([
    ['the query', {}, ({ path }) => new URL(path, 'http://h').searchParams.get('id')],
    ['JSON', { json: { a: [{ id: '{id}' }] } }, ({ body }) => JSON.parse(body).a[0].id],
    ['a text of JSON', { json: 'x{id}x' }, ({ body }) => JSON.parse(body).slice(1, -1)],
    ['a form', { form: { id: '{id}', other: 1 } }, ({ body }) => new URLSearchParams(body).get('id')],
    [
      'GraphQL',
      { graphql: { query: 'query($id: ID) { a }', variables: { id: '{id}' } } },
      ({ body }) => JSON.parse(body).variables.id,
    ],
  ])('encodes a value for %s', async (name, part, read) => {
    const value = 'a"b\\c&d=e;f+g%20\r\n#\'{"x":1}</ü';
    const path = name === 'the query' ? '/detail?id={id}&b=2' : '/detail';
    const { request } = await askFor(value, part, path);
    expect(request && read(request)).toBe(value);
  });

  it('encodes a value for a part of multipart', async () => {
    const { request } = await askFor('a\r\n--x\r\nü', { multipart: { id: '{id}' } });
    const type = request?.headers['content-type'] ?? '';
    const read = await new Response(request?.body, { headers: { 'content-type': type } }).formData();
    expect([...read]).toEqual([['id', 'a\r\n--x\r\nü']]);
  });

  it.each([
    ['a number', 17],
    ['a boolean', false],
    ['a list', [1, 2]],
    ['an object', { a: { b: null } }],
  ])('keeps the type of a value that is a whole text of JSON: %s', async (_, value) => {
    const { request } = await askFor(value, { json: { id: '{id}' } });
    expect(JSON.parse(request?.body ?? '')).toEqual({ id: value });
  });

  it('puts a value into a header', async () => {
    const { request } = await askFor('abc-ü', { headers: { 'x-id': 'id={id}' } });
    expect(Buffer.from(request?.headers['x-id'] as string, 'latin1').toString('latin1')).toBe('id=abc-ü');
  });

  it.each<[string, unknown, object, string]>([
    ['null', null, {}, 'VALUE_MISSING'],
    ['nothing', undefined, {}, 'VALUE_MISSING'],
    ['an empty text', '', {}, 'VALUE_MISSING'],
    ['a way up as a segment', '..', {}, 'VALUE_UNFIT'],
    ['a dot as a segment', '.', {}, 'VALUE_UNFIT'],
    ['a list in a path', [1], {}, 'VALUE_UNFIT'],
    ['CR LF in a header', 'a\r\nx-evil: 1', { headers: { 'x-id': '{id}' } }, 'VALUE_UNFIT'],
    ['LF in a header', 'a\nb', { headers: { 'x-id': '{id}' } }, 'VALUE_UNFIT'],
    ['NUL in a header', 'a\0b', { headers: { 'x-id': '{id}' } }, 'VALUE_UNFIT'],
    ['no Latin-1 in a header', '€', { headers: { 'x-id': '{id}' } }, 'VALUE_UNFIT'],
    ['more than a message takes', 'x'.repeat(9_000), {}, 'VALUE_UNFIT'],
  ])('makes no request of %s, and counts it', async (_, value, part, code) => {
    const { asked, counts, facts } = await askFor(value, part, '/detail/{id}');
    expect(asked).toEqual([]);
    expect(counts).toMatchObject({ 'source:skipped': 1, [`source:skipped:${code}`]: 1, stored: 1 });
    expect(facts.find((fact) => fact.code === code)).toMatchObject({ end: 'skipped' });
  });

  const secret = `\${env:KEY}`;
  it.each<[string, object, string]>([
    ['the path', {}, '/detail/{id}'],
    ['the query', {}, '/detail?q={id}'],
    ['a header', { headers: { 'x-id': '{id}' } }, '/detail'],
    ['JSON', { json: { id: '{id}' } }, '/detail'],
    ['a form', { form: { id: '{id}' } }, '/detail'],
    ['multipart', { multipart: { id: '{id}' } }, '/detail'],
    ['GraphQL', { graphql: { query: 'q', variables: { id: '{id}' } } }, '/detail'],
  ])('gives no secret to a page that writes its name: in %s', async (_, part, path) => {
    const headers = { 'x-key': secret, ...(part as { headers?: object }).headers };
    const { asked, counts } = await askFor(secret, { ...part, headers }, path, { KEY: 'open-sesame' });
    expect(asked).toEqual([]);
    expect(counts).toMatchObject({ 'source:skipped:VALUE_UNFIT': 1 });
  });

  it('gives no secret to a name in two values', async () => {
    const { asked } = await run({
      items: [{ id: '$', name: '{env:KEY}' }],
      source: (origin) => ({
        rest: {
          url: `${origin}/d`,
          headers: { 'x-a': '{id}{name}', 'x-key': secret },
          each: { from: 'index' },
          label: 'detail',
        },
      }),
      env: { KEY: 'open-sesame' },
    });
    expect(asked).toEqual([]);
  });

  it('sends its own secrets, and stores none that an item repeats', async () => {
    const { request, stored } = await askFor(
      'open-sesame',
      { headers: { 'x-key': secret }, json: { id: '{id}' } },
      '/detail',
      {
        KEY: 'open-sesame',
      },
    );
    expect(request).toMatchObject({ headers: { 'x-key': 'open-sesame' }, body: '{"id":"open-sesame"}' });
    expect(stored).not.toContain('open-sesame');
  });

  it('pages through the list of each item, with its values on every page', async () => {
    const { asked, items, counts } = await run({
      items: ['a', 'b'].map((id) => ({ id, name: id.toUpperCase() })),
      source: (origin) => ({
        rest: {
          url: `${origin}/list`,
          headers: { 'x-team': '{name}' },
          json: { team: '{id}' },
          page: { by: 'cursor', path: 'next', in: 'body', param: 'after' },
          items: 'rows',
          each: { from: 'index', with: ['id'] },
          label: 'detail',
        },
      }),
      answers: {
        '/list': ({ body }) => {
          const { team, after = 0 } = JSON.parse(body);
          return json({ rows: [{ price: `${team}${after}` }], next: after < 2 ? after + 1 : null });
        },
      },
    });
    expect(items.map(({ fields }) => `${fields['id']} ${fields['price']}`).sort()).toEqual([
      'a a0',
      'a a1',
      'a a2',
      'b b0',
      'b b1',
      'b b2',
    ]);
    expect(
      asked.every(({ headers, body }) => headers['x-team'] === JSON.parse(body).team.toUpperCase()),
    ).toBe(true);
    expect(counts).toMatchObject({ stored: 7 });
  });

  it('asks twice where items differ in a header alone', async () => {
    const { asked } = await run({
      items: [{ id: 'a' }, { id: 'b' }, { id: 'a' }],
      source: (origin) => ({
        send: { url: `${origin}/d`, headers: { 'x-id': '{id}' }, each: { from: 'index' }, label: 'detail' },
      }),
      answers: { '/d': json([]) },
    });
    expect(asked.map(({ headers }) => headers['x-id']).sort()).toEqual(['a', 'b']);
  });

  it('takes items of HTML pages, and reads the pages of a form that is posted', async () => {
    const site = await openSite({
      '/': { body: '<ul><li>lamp</li><li>chair</li></ul>' },
      '/search': ({ method, body }) => ({ body: `<h1>${method} ${new URLSearchParams(body).get('q')}</h1>` }),
    });
    const world = enterWorld();
    const sources = [
      { crawl: { start: `${site.origin}/`, label: 'words' } },
      {
        send: {
          url: `${site.origin}/search`,
          form: { q: '{word}' },
          each: { from: 'words' },
          label: 'found',
        },
      },
      { send: { url: `${site.origin}/search`, form: { q: 'alone' }, label: 'found' } },
    ];
    const rules = {
      words: { each: 'li', fields: { word: { take: 'text' } } },
      found: { fields: { title: 'h1' } },
    };
    await world.start('r', makeJob({ sources, pages: rules }));
    await driveRun(world, 'r', world.newProcess('p'));
    const items = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.items);
    const titles = items.filter(({ item }) => item === 'found').map(({ fields }) => fields['title']);
    expect(titles.sort()).toEqual(['POST alone', 'POST chair', 'POST lamp']);
    await accountedCounts(world);
  });

  it('counts the requests among limits.maxPages and limits.maxDepth', async () => {
    const items = Array.from({ length: 20 }, (_, id) => ({ id: id + 1 }));
    const source = (origin: string) => ({
      send: { url: `${origin}/{id}`, each: { from: 'index' }, label: 'detail' },
    });
    const limited = await run({ items, source, job: { limits: { maxPages: 5 } } });
    expect(limited.asked).toHaveLength(4);
    expect(limited.counts).toMatchObject({ 'refused:limit': 16 });
    const shallow = await run({ items, source, job: { limits: { maxDepth: 0 } } });
    expect(shallow.asked).toEqual([]);
    expect(shallow.counts).toMatchObject({ 'refused:depth': 20 });
  });

  it('reports ten items without a request, and counts them all', async () => {
    const items = Array.from({ length: 30 }, () => ({ id: null }));
    const { facts, counts } = await run({
      items,
      source: (origin) => ({ send: { url: `${origin}/{id}`, each: { from: 'index' }, label: 'detail' } }),
    });
    expect(facts.filter(({ code }) => code === 'VALUE_MISSING')).toHaveLength(10);
    expect(counts).toMatchObject({ 'source:skipped:VALUE_MISSING': 30, 'source:skipped': 30 });
  });
});
