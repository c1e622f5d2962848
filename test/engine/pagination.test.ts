import { describe, expect, it } from 'vitest';
import { jobSchema } from '../../shared/job/schema.ts';
import { enterWorld, openSite } from './setting.ts';
import { json, type SiteAnswer, type SiteRequest } from './site.ts';
import { driveRun, makeJob, outcomesOf } from './world.ts';

/**
 * Every style of paging in every place, on a real server of 25 items, ten a page, with what real APIs do besides. A list
 * that was not read to its end is told of; one that was has each item once.
 */

const all = Array.from({ length: 25 }, (_, id) => id);
const size = 10;

interface Place {
  name: string;
  source: object;
  in?: 'body';
  /** Of a body the path, where it is one. */
  param(name: string): string;
  read(request: SiteRequest, name: string): string | undefined;
}

const inQuery = ({ path }: SiteRequest, name: string) =>
  new URL(path, 'http://a').searchParams.get(name) ?? undefined;

const textOf = (value: unknown) => (value === undefined ? undefined : String(value));

const places: Place[] = [
  { name: 'the query', source: {}, param: (name) => name, read: inQuery },
  {
    name: 'JSON',
    source: { json: { q: 'x' } },
    in: 'body',
    param: (name) => `paging.${name}`,
    read: ({ body }, name) => textOf(JSON.parse(body).paging?.[name]),
  },
  {
    name: 'a form',
    source: { form: { q: 'x' } },
    in: 'body',
    param: (name) => name,
    read: ({ body }, name) => new URLSearchParams(body).get(name) ?? undefined,
  },
  {
    name: 'GraphQL',
    source: { graphql: { query: 'query($at: Int) { rows }' } },
    in: 'body',
    param: (name) => `variables.${name}`,
    read: ({ body }, name) => textOf(JSON.parse(body).variables?.[name]),
  },
];

interface Page {
  /** Index of the first item. */
  from: number;
  rows: { id: number }[];
  /** Where the page after it begins; undefined of the last. */
  next: number | undefined;
}

function pageFrom(from: number): Page {
  const rows = all.slice(from, from + size).map((id) => ({ id }));
  return { from, rows, next: from + size < all.length ? from + size : undefined };
}

interface Style {
  name: string;
  page: (place: Place) => Record<string, unknown>;
  /** The page that is asked for; by default the first one. */
  read: (place: Place, request: SiteRequest) => Page;
  answer: (page: Page, origin: string) => SiteAnswer;
}

const numbered = (first: number): Style => ({
  name: `a number from ${first}`,
  page: ({ param }) => ({ by: 'number', param: param('at'), first }),
  read: (place, request) => pageFrom((Number(place.read(request, 'at') ?? first) - first) * size),
  answer: ({ rows }) => json({ rows }),
});

const withCursor = (
  name: string,
  write: (next: number) => unknown,
  read: (cursor: string) => number,
): Style => ({
  name,
  page: ({ param }) => ({ by: 'cursor', path: 'next', param: param('at') }),
  read: (place, request) => {
    const cursor = place.read(request, 'at');
    return pageFrom(cursor === undefined ? 0 : read(cursor));
  },
  answer: ({ rows, next }) => json({ rows, next: next === undefined ? null : write(next) } as never),
});

const byUrl = (name: string, page: object, answer: Style['answer']): Style => ({
  name,
  page: () => ({ ...page }),
  read: (_, request) => pageFrom(Number(inQuery(request, 'from') ?? 0)),
  answer,
});

const styles: Style[] = [
  numbered(1),
  numbered(0),
  {
    name: 'an offset',
    page: ({ param }) => ({ by: 'offset', param: param('at'), size }),
    read: (place, request) => pageFrom(Number(place.read(request, 'at') ?? 0)),
    answer: ({ rows }) => json({ rows }),
  },
  withCursor(
    'a cursor',
    (next) => `c+/=&${next}`,
    (cursor) => Number(cursor.slice(5)),
  ),
  withCursor(
    'a cursor that counts',
    (next) => next / size,
    (cursor) => Number(cursor) * size,
  ),
  byUrl('a next URL', { by: 'cursor', path: 'next' }, ({ rows, next }) =>
    json({ rows, next: next === undefined ? '' : `?from=${next}#x` } as never),
  ),
  byUrl('a Link header', { by: 'link' }, ({ rows, next }, origin) => {
    const link =
      next === undefined ? '' : `, <${origin}/api?from=${next}>; title="a, <b>; rel=prev"; rel="last next"`;
    return { ...json({ rows }), headers: { link: `</api>; rel="first prev"${link}` } };
  }),
];

interface Case {
  style: Style;
  place: Place;
  /** Changes what the server answers. */
  change?: (answer: SiteAnswer, page: Page, request: SiteRequest) => SiteAnswer;
  /** Changes which page is given. */
  read?: (page: Page) => Page;
  page?: object;
}

async function read({
  style,
  place,
  change = (answer) => answer,
  read = (page) => page,
  page: more = {},
}: Case) {
  const { origin, log } = await openSite({
    '/api': (request) => {
      const page = read(style.read(place, request));
      return change(style.answer(page, `http://${request.headers.host}`), page, request);
    },
  });
  const world = enterWorld();
  const page = {
    ...style.page(place),
    ...(place.in && style.name !== 'a Link header' ? { in: place.in } : {}),
    ...more,
  };
  const rest = { url: `${origin}/api`, ...place.source, items: 'rows', label: 'row', page };
  const pages = { row: { fields: { id: { path: 'id' } } } };
  await world.start(
    'r',
    makeJob({ sources: [{ rest }], pages, fetch: { attempts: 1 }, politeness: { robots: 'ignore' } }),
  );
  await driveRun(world, 'r', world.newProcess('p'));
  const outcomes = await outcomesOf(world, 'r');
  const counts = await world.ledger.readCounts('r');
  return {
    ids: outcomes
      .flatMap(({ items }) => items.map(({ fields }) => Number(fields['id'])))
      .sort((a, b) => a - b),
    codes: Object.keys(counts)
      .flatMap((name) => /(?:failed):([A-Z].*)$/.exec(name)?.[1] ?? [])
      .sort(),
    asked: log.length,
  };
}

const merged = (answer: SiteAnswer, more: object): SiteAnswer => ({
  ...answer,
  body: JSON.stringify({ ...JSON.parse(String(answer.body)), ...more }),
});

const cases = styles.flatMap((style) =>
  places.map((place) => ({ style, place, of: `${style.name}, in ${place.name}` })),
);
const counted = cases.filter(({ style }) => /number|offset/.test(style.name));
const named = cases.filter(({ style }) => !/number|offset/.test(style.name));

describe('paging', () => {
  it.each(cases)('reads each item once, to the short last page: $of', async ({ style, place }) => {
    expect(await read({ style, place })).toMatchObject({ ids: all, codes: [] });
  });

  const totals: [string, (page: Page) => object][] = [
    ['of this answer alone', ({ rows }) => ({ total: rows.length })],
    ['that is too low', () => ({ total: 3 })],
    ['as text', () => ({ meta: { total: '25' } })],
    ['that is 0', () => ({ total_count: 0 })],
  ];
  it.each(counted.flatMap((one) => totals.map(([name, total]) => ({ ...one, name, total }))))(
    'is not ended by a total $name: $of',
    async ({ style, place, total }) => {
      const change: Case['change'] = (answer, page) => merged(answer, total(page));
      expect(await read({ style, place, change })).toMatchObject({ ids: all, codes: [] });
    },
  );

  it.each(cases)(
    'is told of where the API ignores it, and gives page 1 again: $of',
    async ({ style, place }) => {
      const { ids, codes } = await read({ style, place, read: () => pageFrom(0) });
      expect(codes).toEqual(['REST_CYCLE']);
      expect(ids).toEqual(all.slice(0, size));
    },
  );

  it.each(cases)('passes over an empty page where more is stated: $of', async ({ style, place }) => {
    const change: Case['change'] = (answer, { from }) =>
      merged(answer, { total: 25, ...(from === size ? { rows: [] } : {}) });
    const { ids, codes } = await read({ style, place, change });
    expect([ids, codes]).toEqual([all.filter((id) => id < size || id >= 2 * size), []]);
  });

  it.each(cases)('fails where a page in the middle does, and is told of: $of', async ({ style, place }) => {
    const change: Case['change'] = (answer, { from }) => (from === size ? { status: 500 } : answer);
    const { ids, codes } = await read({ style, place, change });
    expect([ids, codes]).toEqual([all.slice(0, size), ['HTTP_500']]);
  });

  it.each(counted)(
    'with a named total, ends at an error behind the last item: $of',
    async ({ style, place }) => {
      const change: Case['change'] = (answer, { rows }) =>
        rows.length === 0 ? { status: 400 } : merged(answer, { meta: { total: '25' } });
      expect(await read({ style, place, change, page: { total: 'meta.total' } })).toMatchObject({
        ids: all,
        codes: [],
      });
      // Without one, nobody knows what the error means.
      expect(await read({ style, place, change })).toMatchObject({ ids: all, codes: ['HTTP_400'] });
    },
  );

  it.each(counted)('with a named total that is not reached, is told of: $of', async ({ style, place }) => {
    const change: Case['change'] = (answer) => merged(answer, { n: 40 });
    const { ids, codes, asked } = await read({ style, place, change, page: { total: 'n' } });
    expect([ids, codes, asked]).toEqual([all, ['REST_EMPTY'], 8]);
  });

  it.each([null, '', false, undefined])('ends at a cursor that is %o, and not at 0', async (end) => {
    for (const { style, place } of named.filter(({ style: { name } }) => name.includes('cursor'))) {
      const change: Case['change'] = (answer, { next }) =>
        next === undefined ? merged(answer, { next: end }) : answer;
      expect(await read({ style, place, change })).toMatchObject({ ids: all, codes: [] });
    }
    const [place] = places;
    if (place === undefined) throw new Error('no place');
    const fromZero = withCursor(
      'a cursor',
      (next) => next / size - 1,
      (cursor) => (Number(cursor) + 1) * size,
    );
    expect(await read({ style: fromZero, place })).toMatchObject({ ids: all, codes: [] });
  });

  it.each(places)(
    'follows a next URL to another host, without headers and body of its own: $name',
    async (place) => {
      const other = await openSite({ '/more': json({ rows: [{ id: 99 }] }) });
      const [style] = styles.filter(({ name }) => name === 'a next URL');
      if (style === undefined) throw new Error('no style');
      const source = { ...place.source, headers: { 'x-key': 'k' } };
      const change: Case['change'] = (answer) => merged(answer, { next: `${other.origin}/more` });
      const { ids, codes } = await read({ style, place: { ...place, source }, change });
      expect([ids, codes]).toEqual([[...all.slice(0, size), 99], []]);
      const asked = other.log.filter(({ path }) => path === '/more');
      expect(asked.map(({ method, headers, body }) => [method, headers['x-key'], body])).toEqual([
        ['GET', undefined, ''],
      ]);
    },
  );

  it.each([
    ['itself', '/api'],
    ['itself, by another name', './api#x'],
    ['no URL', 'http://[x'],
    ['no page', 'mailto:a@b.example'],
  ])('is told of a next URL that is %s', async (_, next) => {
    const [place] = places;
    const [style] = styles.filter(({ name }) => name === 'a next URL');
    if (style === undefined || place === undefined) throw new Error('no style');
    const { ids, codes } = await read({ style, place, change: (answer) => merged(answer, { next }) });
    expect([ids, codes]).toEqual([
      all.slice(0, size),
      [next.includes('api') ? 'REST_CYCLE' : 'REST_INVALID'],
    ]);
  });

  it.each<[string, object, string]>([
    ['multipart', { multipart: { a: 1 } }, 'json, form or graphql for page.in: body'],
    ['a list of JSON', { json: [1] }, 'an object, in which page.param has a place'],
    ['a text of JSON', { json: 'x' }, 'an object, in which page.param has a place'],
  ])('is refused in a body that has no place for it: %s', (_, source, message) => {
    const rest = { url: 'https://a.example/', label: 'row', page: { by: 'number', in: 'body' }, ...source };
    const parsed = jobSchema.safeParse({ name: 'j', sources: [{ rest }], pages: { row: {} } });
    expect(parsed.error?.issues.map((issue) => issue.message).join()).toContain(message);
  });
});
