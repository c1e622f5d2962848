import { describe, expect, it } from 'vitest';
import { watchLimits } from '../../shared/engine/run/run-limits.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { page, redirect, type Site, type SitePages } from './site.ts';
import { driveRun, makeJob } from './world.ts';

const polite = { politeness: { gapMs: 0 } };
const items = (count: number) => Array.from({ length: count }, (_, index) => `<p>${index}</p>`).join('');

async function run(pages: SitePages, job: (origin: string) => Record<string, unknown>) {
  const site = await openSite(pages);
  const world = enterWorld();
  await world.start('r', makeJob({ ...polite, ...job(site.origin) }));
  await driveRun(world, 'r', world.newProcess('p'));
  const asked = (part: string) => site.log.filter(({ path }) => path.startsWith(part)).length;
  const at = (part: string) =>
    site.log.filter(({ path }) => path.startsWith(part)).map((request) => request.at);
  return { counts: await expectAccounted(world, 'r'), asked, at };
}

const leaves = (count: number, body = '<p>x</p>'): SitePages =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`/leaf/${index}`, { body }]));

describe('limits.maxItems', () => {
  const job = (maxItems: number) => (origin: string) => ({
    sources: [{ crawl: { start: `${origin}/`, label: 's' } }],
    pages: {
      s: { follow: [{ select: 'a', label: 'd' }] },
      d: { each: 'p', fields: { t: { required: true } } },
    },
    limits: { maxItems },
  });
  const start = (count: number) => page('Home', ...Object.keys(leaves(count)));

  it.each([
    [1, 1, 1],
    [5, 1, 5],
    [5, 10, 5],
    [12, 5, 12],
  ])(
    '%i with %i items a page fetches no page for nothing, beyond those under way',
    async (max, each, most) => {
      const { counts, asked } = await run({ '/': start(60), ...leaves(60, items(each)) }, job(max));
      expect(counts).toMatchObject({ items: max, admitted: 61 });
      expect(asked('/leaf')).toBeLessThanOrEqual(most);
      expect(counts['skipped:LIMIT_ITEMS']).toBe(60 - asked('/leaf'));
    },
  );

  it('lets pages be fetched side by side while there is plenty left', async () => {
    let asked = 0;
    // None is answered before two have been asked for: where they are fetched one by one, this never ends.
    const { promise: two, resolve } = Promise.withResolvers<void>();
    const answer = async () => {
      asked += 1;
      if (asked === 2) resolve();
      await two;
      return { body: items(1) };
    };
    const held = Object.fromEntries(Object.keys(leaves(6)).map((path) => [path, answer]));
    const { counts } = await run({ '/': start(6), ...held }, job(1_000));
    expect(counts).toMatchObject({ items: 6 });
  });

  it('has no more pages under way than what is left of it takes, by what the pages so far gave', async () => {
    const slow = Object.fromEntries(Object.keys(leaves(20)).map((path) => [path, { body: items(10) }]));
    const first = {
      body:
        items(10) +
        Object.keys(slow)
          .map((path) => `<a href="${path}">x</a>`)
          .join(''),
    };
    const { counts, asked } = await run({ '/': first, ...slow }, (origin) => ({
      sources: [{ crawl: { start: `${origin}/` } }],
      pages: { default: { follow: ['a'], each: 'p', fields: { t: { required: true } } } },
      limits: { maxItems: 20 },
    }));
    expect(counts).toMatchObject({ items: 20 });
    expect(asked('/leaf')).toBeLessThanOrEqual(2);
  });

  it('is reached though most pages hold nothing', async () => {
    const rare = { ...leaves(60, 'nothing'), '/leaf/58': { body: items(2) }, '/leaf/59': { body: items(2) } };
    const { counts } = await run({ '/': start(60), ...rare }, job(3));
    expect(counts).toMatchObject({ items: 3, stored: 61 });
  });
});

describe('limits.maxPages', () => {
  const sitemap = (tag: string, urls: string[]) => ({
    headers: { 'content-type': 'application/xml' },
    body: `<${tag === 'url' ? 'urlset' : 'sitemapindex'}>${urls.map((url) => `<${tag}><loc>${url}</loc></${tag}>`).join('')}</${tag === 'url' ? 'urlset' : 'sitemapindex'}>`,
  });
  const index = (count: number, pagesOf: (number: number) => string[]): SitePages => ({
    '/index.xml': sitemap(
      'sitemap',
      Array.from({ length: count }, (_, number) => `/s${number}.xml`),
    ),
    ...Object.fromEntries(
      Array.from({ length: count }, (_, number) => [`/s${number}.xml`, sitemap('url', pagesOf(number))]),
    ),
    ...leaves(200),
  });
  const job = (maxPages: number) => (origin: string) => ({
    sources: [{ sitemap: { urls: `${origin}/index.xml` } }],
    pages: { default: { fields: { t: 'p' } } },
    limits: { maxPages },
  });

  it('reads no sitemaps beyond those it takes, and says which it left', async () => {
    const pages = index(120, (number) => [0, 1, 2].map((leaf) => `/leaf/${(number + leaf) % 200}`));
    const { counts, asked } = await run(pages, job(3));
    expect(counts).toMatchObject({ stored: 3 });
    expect(asked('/s')).toBeLessThan(16);
    expect(counts['source:skipped:LIMIT_PAGES']).toBe(120 - asked('/s'));
  });

  it('counts a page that is skipped, for another reason than that it moved', async () => {
    const pages: SitePages = {
      '/robots.txt': { headers: { 'content-type': 'text/plain' }, body: 'User-agent: *\nDisallow: /not' },
      '/1': page('One', ...Object.keys(leaves(9))),
      ...leaves(9),
    };
    const { counts, asked } = await run(pages, (origin) => ({
      sources: [{ urls: { list: [`${origin}/not/1`, `${origin}/1`, `${origin}/not/2`] } }],
      pages: { default: { follow: ['a'] } },
      limits: { maxPages: 5 },
    }));
    expect(counts).toMatchObject({ admitted: 5, stored: 3, 'skipped:ROBOTS_DISALLOWED': 2 });
    expect(asked('/leaf')).toBe(2);
  });

  it('reads on where sitemaps name the same pages again', async () => {
    const pages = index(60, (number) => [number < 59 ? '/leaf/0' : '/leaf/1']);
    const { counts, asked } = await run(pages, job(2));
    expect(counts['stored']).toBe(2);
    expect(asked('/s')).toBe(60);
  });
});

describe('limits.maxPagesPerHost', () => {
  const list = (urls: string[], limits: object) => ({
    sources: [{ urls: { list: urls } }],
    pages: { default: { follow: ['a'], fields: { t: 'p' } } },
    limits,
  });
  const hostsOf = (sites: Site[]) => ({
    urls: (path: string, count: number) =>
      Array.from({ length: count }, (_, index) =>
        sites.map(({ origin }) => `${origin}${path}${index}`),
      ).flat(),
    asked: () => sites.map(({ log }) => log.filter(({ path }) => path !== '/robots.txt').length),
  });
  const runOn = async (sites: Site[], limits: object, urls = hostsOf(sites).urls('/leaf/', 20)) => {
    const world = enterWorld();
    await world.start('r', makeJob({ ...polite, ...list(urls, limits) }));
    await driveRun(world, 'r', world.newProcess('p'));
    const quotas = world.database.prepare('SELECT name, used FROM quotas ORDER BY name').all();
    return { counts: await expectAccounted(world, 'r'), asked: hostsOf(sites).asked(), quotas };
  };

  it('is held by each host for itself, whoever names its pages', async () => {
    const sites = await Promise.all([openSite(leaves(20)), openSite(leaves(20)), openSite(leaves(3))]);
    const { counts, asked } = await runOn(sites, { maxPagesPerHost: 5 });
    expect(asked).toEqual([5, 5, 5]);
    expect(counts).toMatchObject({ admitted: 15, 'refused:hostLimit': 45 });
    expect(counts).not.toHaveProperty('refused:limit');
  });

  it('takes pages in the order in which they are found', async () => {
    const site = await openSite({ '/': page('Home', ...Object.keys(leaves(9))), ...leaves(9) });
    const { counts } = await runOn([site], { maxPagesPerHost: 4 }, [`${site.origin}/`]);
    expect(counts).toMatchObject({ stored: 4, 'refused:hostLimit': 6 });
    expect(site.log.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/leaf/0', '/leaf/1', '/leaf/2']),
    );
  });

  it('gives the place of a page that moved back to its host, and takes one of the host it moved to', async () => {
    const target = await openSite(leaves(20));
    const moving = Object.fromEntries(
      Array.from({ length: 4 }, (_, index) => [`/go/${index}`, redirect(`${target.origin}/leaf/${index}`)]),
    );
    const site = await openSite({
      ...moving,
      '/last': page('Last', '/leaf/0', '/leaf/1', '/leaf/2', '/leaf/3', '/leaf/4'),
      ...leaves(9),
    });
    const urls = [...Object.keys(moving), '/last'].map((path) => `${site.origin}${path}`);
    const { counts, asked, quotas } = await runOn([site, target], { maxPagesPerHost: 5 }, urls);
    expect(counts).toMatchObject({ 'skipped:REDIRECTED': 4 });
    const stored = Number(counts['stored']);
    expect(asked[1]).toBe(4);
    // Whatever the order in which they came back, no more than the limit stay.
    expect(quotas).toContainEqual({ name: `host:${new URL(target.origin).host}`, used: 4 });
    expect(stored - 4).toBeLessThanOrEqual(5);
    const ofSite = quotas.find(({ name }) => name === `host:${new URL(site.origin).host}`);
    expect(ofSite).toMatchObject({ used: stored - 4 });
  });

  it('returns what maxPages leaves no room for', async () => {
    const site = await openSite(leaves(20));
    const { counts, quotas } = await runOn([site], { maxPages: 3, maxPagesPerHost: 5 });
    expect(counts).toMatchObject({ stored: 3, 'refused:hostLimit': 15, 'refused:limit': 2 });
    expect(quotas).toEqual([{ name: `host:${new URL(site.origin).host}`, used: 3 }]);
  });

  it('is never exceeded by two processes that find pages of the same hosts at once', async () => {
    const sites = await Promise.all([openSite(leaves(60)), openSite(leaves(60))]);
    const lists = Array.from({ length: 12 }, (_, part) =>
      page(
        `List ${part}`,
        ...sites.flatMap(({ origin }) => [0, 1, 2, 3, 4].map((leaf) => `${origin}/leaf/${5 * part + leaf}`)),
      ),
    );
    const start = await openSite(Object.fromEntries(lists.map((body, part) => [`/list/${part}`, body])));
    const world = enterWorld({ batchSize: 1 });
    const hosts = sites.map(({ origin }) => new URL(origin).host);
    const job = {
      ...list(
        Object.keys(lists).map((part) => `${start.origin}/list/${part}`),
        { maxPagesPerHost: 17 },
      ),
      scope: { hosts: [new URL(start.origin).host, ...hosts] },
    };
    await world.start('r', makeJob({ ...polite, ...job }));
    await Promise.all(['p', 'q'].map((name) => driveRun(world, 'r', world.newProcess(name))));
    const counts = await expectAccounted(world, 'r');
    // Both processes move the clock, which may end a lease that the other has: then a page is asked for twice.
    const pathsOf = ({ log }: Site) => log.map(({ path }) => path).filter((path) => path !== '/robots.txt');
    const distinct = sites.map((site) => new Set(pathsOf(site)).size);
    expect(distinct).toEqual([17, 17]);
    expect(counts).toMatchObject({ stored: 12 + 34, 'refused:hostLimit': 120 - 34 });
  });
});

describe('watchLimits', () => {
  it('never takes more for used than was', () => {
    const limits = watchLimits({ maxPages: 10, maxItems: 5 } as never);
    limits.granted('pages', 'a', 4, 4);
    limits.granted('pages', 'a', 4, 4);
    expect(limits.left('pages')).toBe(6);
    limits.learn({ 'reserved:pages': 7 });
    expect(limits.left('pages')).toBe(3);
    limits.learn({ 'reserved:pages': 5, items: 2 });
    expect([limits.left('pages'), limits.left('items')]).toEqual([3, 3]);
    limits.granted('pages', 'b', 4, 3);
    expect(limits.left('pages')).toBe(0);
  });
});
