import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey } from '../../../cli/keys/key-directory.ts';
import { tryPage } from '../../../cli/try/page.ts';
import { trialLines } from '../../../cli/try/text.ts';
import type { PageRequest } from '../../../shared/model.ts';
import { type Site, serveSite } from '../../engine/site.ts';
import { makeJob } from '../../engine/world.ts';
import { inTrial } from './open-trial.ts';

const html = (body: string, head = '') => ({ body: `<html><head>${head}</head><body>${body}</body></html>` });

let site: Site;
beforeAll(async () => {
  site = await serveSite({
    '/robots.txt': { headers: { 'content-type': 'text/plain' }, body: 'User-agent: *\nDisallow: /private' },
    '/old': { status: 301, headers: { location: '/i/1?from=old' } },
    '/i/1?from=old': html('<h1>One</h1>', '<link rel=canonical href=/i/1>'),
    '/i/1': html('<h1>One</h1><a href=/i/2>two</a><a href=/private/3>three</a>'),
    '/i/ranked': html(
      '<a href=/i/low data-rank=1>x</a><a href=/i/unranked>x</a><a href=/i/high data-rank=7.5>x</a>',
    ),
    '/i/data': html(
      '<div itemscope itemtype="https://schema.org/Product"><b itemprop=name>x</b></div><p property="schema:name" typeof="schema:Place">y</p>',
      '<meta property="og:title" content=x><meta name=description content=y><script type="application/ld+json">{"@type":"Offer","seller":{"@type":"Person"},}</script>',
    ),
    '/api': {
      headers: { 'content-type': 'application/json' },
      body: '{"rows":[{"id":1}],"more":true,"next":"a"}',
    },
    '/loop': { status: 302, headers: { location: '/loop' } },
  });
});
afterAll(() => site.close());

async function trial(
  path: string,
  changes: Record<string, unknown> = {},
  env: Record<string, string> = {},
  request: Partial<PageRequest<'rest'>> = {},
) {
  const job = makeJob({
    sources: [{ crawl: { start: site.origin } }],
    pages: {
      item: { match: '/i/*', fields: { name: 'h1', price: '.price' }, follow: ['a'] },
      private: { match: '/private/*' },
    },
    urls: { canonical: 'follow' },
    network: 'allowPrivate',
    ...changes,
  });
  return inTrial(job, { env }, (context) => {
    const label = 'item';
    const page = { kind: 'page' as const, url: site.origin + path, label, depth: 0, attempt: 0 };
    return tryPage(context, { ...page, ...request } as PageRequest);
  });
}

describe('tryPage', () => {
  it('follows redirects and canonical links to the page that a run would store, and says where they led', async () => {
    const { url, hops, fact, items, contentType } = await trial('/old');
    const path = (of: string) => of.replace(site.origin, '');
    expect(hops.map(({ url: from, code, to }) => [path(from), code, path(to)])).toEqual([
      ['/old', 'REDIRECTED', '/i/1?from=old'],
      ['/i/1?from=old', 'CANONICAL_ELSEWHERE', '/i/1'],
    ]);
    expect(path(url)).toBe('/i/1');
    expect(fact).toMatchObject({ end: 'stored', items: 1 });
    expect(items.map(({ fields }) => fields)).toEqual([{ name: 'One', price: null }]);
    expect(contentType).toBe('text/html; charset=utf-8');
  });

  it('says the priority of each link, the best first', async () => {
    const follow = [{ select: 'a', priority: { attr: 'data-rank' } }];
    const pages = { item: { match: '/i/*', priority: 2, follow } };
    const tried = await trial('/i/ranked', { pages });
    const [low, unranked, high] = ['low', 'unranked', 'high'].map((name) => `${site.origin}/i/${name}`);
    expect(tried.links).toEqual([{ label: 'item', urls: [high, unranked, low], priorities: [7.5, 2, 1] }]);
    const lines = trialLines(tried, { paint: (_, text) => text, limit: 3, width: 300, labels: [] });
    expect(lines).toContain(
      `    3 item: ${high} (priority 7.5), ${unranked} (priority 2), ${low} (priority 1)`,
    );
  });

  it('says which links a run would follow, which not, and what each selector finds', async () => {
    const { links, refused, refusedLinks, robots, selectors } = await trial('/i/1');
    expect(links).toEqual([{ label: 'item', urls: [`${site.origin}/i/2`] }]);
    expect(refused).toMatchObject({ 'refused:robots': 1 });
    expect(refusedLinks).toMatchObject([{ url: `${site.origin}/private/3`, reason: 'robots' }]);
    expect(robots).toMatchObject({ state: 'found', isAllowed: true });
    expect(selectors.map(({ place, matches }) => [place, matches])).toEqual([
      ['fields.name', 1],
      ['fields.price', 0],
      ['follow[0]', 2],
    ]);
  });

  it('says what a page has of structured data', async () => {
    const found = await trial('/i/data');
    expect(found.structured).toEqual([
      { syntax: 'jsonld', names: ['Offer', 'Person'], isMended: true },
      { syntax: 'microdata', names: ['Product'] },
      { syntax: 'rdfa', names: ['Place'] },
      { syntax: 'opengraph', names: ['title'] },
      { syntax: 'meta', names: ['description'] },
    ]);
    const text = trialLines(found, { paint: (_, words) => words, limit: 3, width: 100, labels: [] }).join(
      '\n',
    );
    expect(text).toContain(
      '  structured data of the page\n    jsonld     Offer, Person (broken, and mended)\n    microdata  Product\n',
    );
  });

  it.each([
    ['the next page, with its body', { more: 'more' }, '      with the body {"q":1,"after":"a"}'],
    ['by what the list ends', { path: 'none' }, 'no next page of the API: there is no cursor at none'],
    [
      'a doubt',
      { path: 'rows' },
      'doubt   REST_INVALID: page.path: what stands at "rows" is neither text nor',
    ],
  ])('says of the paging of an API: %s', async (_, changes, said) => {
    const page = { by: 'cursor', path: 'next', in: 'body', param: 'after', ...changes };
    const rest = { url: `${site.origin}/api`, json: { q: 1 }, items: 'rows', label: 'item', page };
    const sources = [{ rest }];
    const request = { kind: 'rest' as const, source: 0, method: 'POST' as const, body: '{"q":1}' };
    const shown = await trial(
      '/api',
      { sources, pages: { item: { fields: { id: { path: 'id' } } } } },
      {},
      request,
    );
    const lines = trialLines(shown, { paint: (_, text) => text, limit: 1, width: 100, labels: [] });
    expect(lines.join('\n')).toContain(said);
  });

  it('asks for nothing that robots.txt forbids', async () => {
    const { fact, robots, selectors } = await trial('/private/3');
    expect(fact).toMatchObject({ end: 'skipped', code: 'ROBOTS_DISALLOWED' });
    expect(robots.isAllowed).toBe(false);
    expect(selectors).toEqual([]);
    expect(site.hits('/private/3')).toBe(0);
  });

  it('has no robots.txt where the job ignores it', async () => {
    const { robots } = await trial('/i/1', { politeness: { robots: 'ignore' } });
    expect(robots).toMatchObject({ state: 'ignored', isAllowed: true });
  });

  it('ends where a page leads to itself', async () => {
    expect((await trial('/loop')).fact).toMatchObject({ end: 'failed' });
  });

  it('shows what was signed, without the secrets in it', async () => {
    const env = { TOKEN: 'geheim-wort', KEY: newKey('ed25519') };
    const fetch = { headers: { 'x-token': '${env:TOKEN}' } };
    const sign = { key: '${env:KEY}', components: ['@path', 'x-token'] };
    const shown = await trial('/i/1', { fetch, politeness: { sign } }, env);
    expect(shown.signed?.split('\n').slice(0, 2)).toEqual(['"@path": /i/1', '"x-token": [secret]']);
    const lines = trialLines(shown, { paint: (_, text) => text, limit: 1, width: 100, labels: [] });
    expect(lines.join('\n')).toContain('          "@path": /i/1');
    expect(lines.join('\n')).not.toContain('geheim');
  });
});
