import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryPage, trySaved } from '../../../cli/try/page.ts';
import { requestFor } from '../../../cli/try/request.ts';
import type { RunContext } from '../../../shared/engine/run-context.ts';
import type { FetchResult } from '../../../shared/fetch/types.ts';
import { openAnswers } from '../../../shared/local-run/open-answers.ts';
import type { PageRequest } from '../../../shared/model.ts';
import { temporaryFolder } from '../../../testing/temporary-folder.ts';
import { json, type Site, serveSite } from '../../engine/site.ts';
import { makeJob } from '../../engine/world.ts';
import { inTrial } from './open-trial.ts';

const html = (body: string, status = 200) => ({ status, body: `<html><body>${body}</body></html>` });
const folder = temporaryFolder();

let site: Site;
let down: Site;
beforeAll(async () => {
  down = await serveSite({ '/robots.txt': { status: 503 } });
  site = await serveSite({
    '/robots.txt': { headers: { 'content-type': 'text/plain' }, body: 'User-agent: *\nDisallow: /private' },
    '/old': { status: 301, headers: { location: '/i/1' } },
    '/i/1': html('<h1>One</h1><a href=/i/2>two</a><a href=/c/3>three</a><a href=/i/4>four</a>'),
    '/i/many': html(Array.from({ length: 101 }, (_, at) => `<a href=/private/${at}>x</a>`).join('')),
    '/i/hundred': html(Array.from({ length: 100 }, (_, at) => `<a href=/private/${at}>x</a>`).join('')),
    '/i/gone': html('<h1>Gone</h1>', 410),
    '/i/data': json({ a: { b: 1 } }),
    '/i/failed-data': { ...json({ a: 1 }), status: 300 },
    '/list': json([{ id: 1 }, { id: 2 }]),
    '/one/1': json({ rows: [{ price: 5 }], next: 'n2' }),
  });
});
afterAll(async () => {
  await Promise.all([site.close(), down.close()]);
  folder.remove();
});

interface Tried {
  path: string;
  job?: Record<string, unknown>;
  origin?: string;
  page?: string;
}

async function inContext<Result>(
  changes: Record<string, unknown>,
  body: (context: RunContext) => Promise<Result>,
): Promise<Result> {
  const job = makeJob({
    sources: [{ crawl: { start: site.origin } }],
    pages: {
      item: { match: '/i/*', fields: { name: 'h1' }, follow: ['a'] },
      other: { match: '/c/*' },
      private: { match: '/private/*' },
    },
    network: 'allowPrivate',
    fetch: { attempts: 1 },
    ...changes,
  });
  const openOwn = () => openAnswers(join(folder.path, 'store.db'));
  return inTrial(job, { openAnswers: openOwn }, body);
}

const tried = ({ path, job = {}, origin = site.origin, page }: Tried, answers: FetchResult[] = []) =>
  inContext(job, async (context) =>
    tryPage(context, await requestFor(context, origin + path, page), undefined, (answer) =>
      answers.push(answer),
    ),
  );

describe('tryPage', () => {
  it('gives each answer of the last page alone to those who keep it', async () => {
    const answers: FetchResult[] = [];
    const trial = await tried({ path: '/old' }, answers);
    expect(trial.hops).toEqual([{ url: `${site.origin}/old`, code: 'REDIRECTED', to: `${site.origin}/i/1` }]);
    expect(answers.map(({ url, status }) => [url, status])).toEqual([[`${site.origin}/i/1`, 200]]);
  });

  it('has links by label, in the order of the page, and nothing of an API', async () => {
    const { links, made, next, ...rest } = await tried({ path: '/i/1' });
    const at = (path: string) => site.origin + path;
    expect(links).toEqual([
      { label: 'item', urls: [at('/i/2'), at('/i/4')] },
      { label: 'other', urls: [at('/c/3')] },
    ]);
    expect([made, next]).toEqual([[], []]);
    expect(Object.keys(rest).sort()).toEqual(
      ['contentType', 'fact', 'hops', 'items', 'label', 'refused', 'refusedLinks', 'robots'].concat([
        ...['selectors', 'structured', 'url'],
      ]),
    );
  });

  it.each([
    ['/i/hundred', 100],
    ['/i/many', 101],
  ])('names a hundred of the links of %s that are refused, and counts all %i', async (path, count) => {
    const { refused, refusedLinks } = await tried({ path });
    expect(refused).toEqual({ 'refused:robots': count });
    expect(refusedLinks.length).toBe(100);
    expect(refusedLinks[99]).toEqual({
      url: `${site.origin}/private/99`,
      reason: 'robots',
      rule: `robots.txt of ${new URL(site.origin).host}`,
    });
  });

  it('says what a page is read as, and where its values are', async () => {
    const job = { pages: { item: { match: '/i/*', fields: { name: { path: 'a.b', type: 'number' } } } } };
    const trial = await tried({ path: '/i/data', job });
    expect(trial).toMatchObject({
      readAs: { kind: 'json', paths: ['a.b'] },
      items: [{ fields: { name: 1 } }],
    });
    const { readAs, selectors } = await tried({ path: '/i/failed-data', job });
    expect([readAs, selectors]).toEqual([undefined, []]);
  });

  it('looks for selectors on pages that a run would store alone', async () => {
    const gone = await tried({ path: '/i/gone' });
    expect([gone.fact.code, gone.selectors, gone.structured, gone.contentType]).toEqual([
      'HTTP_410',
      [],
      [],
      'text/html; charset=utf-8',
    ]);
    const unknown = await tried({ path: '/list' });
    expect([unknown.label, unknown.selectors, 'readAs' in unknown]).toEqual(['', [], false]);
  });

  it('has nothing but the failure of a host whose robots.txt cannot be read', async () => {
    const trial = await tried({ path: '/i/1', origin: down.origin });
    expect(trial).toEqual({
      ...{ url: `${down.origin}/i/1`, label: 'item', hops: [], items: [], links: [], next: [], made: [] },
      ...{ refused: {}, refusedLinks: [], selectors: [], structured: [] },
      robots: { state: 'unreachable', isAllowed: false, crawlDelayMs: 0 },
      fact: expect.objectContaining({ end: 'failed', code: 'ROBOTS_UNREACHABLE' }),
    });
    expect(down.hits('/i/1')).toBe(0);
  });

  it('reads a page that is cached as one that is fetched', async () => {
    const job = { fetch: { attempts: 1, cached: true } };
    const [first, second]: FetchResult[][] = [[], []];
    const fetched = await tried({ path: '/i/1', job }, first);
    const before = site.hits('/i/1');
    const cached = await tried({ path: '/i/1', job }, second);
    expect(site.hits('/i/1')).toBe(before);
    expect([fetched.fact.isCached, cached.fact.isCached]).toEqual([undefined, true]);
    expect(cached).toMatchObject({ contentType: 'text/html; charset=utf-8', links: fetched.links });
    expect(cached.selectors).toEqual(fetched.selectors);
    expect(second?.map(({ body }) => Buffer.from(body).toString())).toEqual([
      expect.stringContaining('<h1>One</h1>'),
    ]);
  });

  describe('of an API whose items are asked for one by one', () => {
    const job = () => ({
      sources: [
        { rest: { url: `${site.origin}/list`, label: 'row' } },
        {
          rest: {
            ...{ url: `${site.origin}/one/{id}`, each: { from: 'row', with: ['id'] }, label: 'one' },
            ...{ items: 'rows', page: { by: 'cursor', path: 'next', in: 'query', param: 'after' } },
          },
        },
      ],
      pages: {
        row: { fields: { id: { path: 'id', type: 'number' } } },
        one: { fields: { price: { path: 'price', type: 'number' } } },
      },
    });

    it('tells requests that are made of items from links', async () => {
      const { made, links, next } = await tried({ path: '/list', job: job() });
      const urls = [1, 2].map((id) => `${site.origin}/one/${id}`);
      expect({ made, links, next }).toEqual({ made: [{ label: 'one', urls }], links: [], next: [] });
    });

    it('calls the next page of the list of an item a next page', async () => {
      const trial = await inContext(job(), async (context) => {
        const first = await requestFor(context, `${site.origin}/list`, undefined);
        const given = { values: { id: 1 }, parent: { id: 1 } };
        const request = { ...first, url: `${site.origin}/one/1`, label: 'one', source: 1, given };
        return tryPage(context, request as PageRequest);
      });
      expect([trial.made, trial.next]).toEqual([[], [`${site.origin}/one/1?after=n2`]]);
      expect(trial).not.toHaveProperty('nextBody');
      expect(trial.items).toMatchObject([{ fields: { id: 1, price: 5 } }]);
    });
  });
});

describe('trySaved', () => {
  it('reads what is given, and asks for nothing', async () => {
    const before = site.log.length;
    const url = `${site.origin}/private/1`;
    const answer: FetchResult = {
      ...{ url, status: 200, headers: { 'content-type': 'text/html' }, ms: 0, startedAt: 0 },
      body: Buffer.from('<h1>Kept</h1>'),
    };
    const trial = await inContext({}, async (context) =>
      trySaved(context, await requestFor(context, url, 'item'), answer),
    );
    expect(trial).toMatchObject({
      ...{ url, label: 'item', hops: [], items: [{ fields: { name: 'Kept' } }] },
      robots: { state: 'ignored', isAllowed: true, crawlDelayMs: 0 },
    });
    expect(site.log.length).toBe(before);
  });
});
