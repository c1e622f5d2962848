import { readFile } from 'node:fs/promises';
import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileExtractor } from '../../shared/extract/extractor.ts';
import type { Page } from '../../shared/extract/types.ts';
import { type Job, jobSchema } from '../../shared/job/schema.ts';
import { settingsSchema } from '../../shared/job/settings-schema.ts';
import type { PageRequest } from '../../shared/model.ts';
import { seedRequests } from '../../shared/sources/readers.ts';
import { continueRest } from '../../shared/sources/rest/rest.ts';
import { expandSitemap } from '../../shared/sources/sitemap/sitemap.ts';
import { type DemoShop, serveDemoShop } from '../../testing/demo-shop/server.ts';
import { demoShopTruth } from '../../testing/demo-shop/truth.ts';

let shop: DemoShop;
beforeAll(async () => {
  shop = await serveDemoShop();
});
afterAll(() => shop.close());

describe('serveDemoShop', () => {
  it.each([200, 30])('links, with %i products, to exactly the pages of the truth', async (products) => {
    const small = await serveDemoShop({ products });
    const truth = demoShopTruth({ origin: small.origin, products });
    const reached = await crawl(small.origin);
    await small.close();
    const forbidden = [...reached].filter((path) => truth.forbidden.includes(path));
    expect(forbidden.toSorted()).toEqual(truth.forbidden.toSorted());
    expect([...reached].filter((path) => !forbidden.includes(path)).toSorted()).toEqual(
      truth.pages.map(({ path }) => path).toSorted(),
    );
  });

  it('shows, to the fields of the quickstart, exactly the items of the truth', async () => {
    const truth = demoShopTruth({ origin: shop.origin });
    const [job] = await readJobs('config/quickstart.yaml');
    const extractor = await compileExtractor(job as Job, { baseDir: 'config' });
    await fetch(shop.origin + truth.busyAtFirst);
    const stored = truth.pages.filter(({ end }) => end === 'stored');
    const found = await Promise.all(
      stored.map(async ({ path, label }) => {
        const { items } = await extractor.extract(await getPage(shop.origin + path, label));
        return items.map(({ lost: _, ...item }) => item);
      }),
    );
    const byUrl = (a: { url: string }, b: { url: string }) => a.url.localeCompare(b.url);
    expect(found.flat().toSorted(byUrl)).toEqual([...truth.products, ...truth.posts].toSorted(byUrl));
  });

  it('says on the page in another colour which product it is', async () => {
    const { pages } = demoShopTruth({ origin: shop.origin });
    const path = pages.find(({ code }) => code === 'CANONICAL_ELSEWHERE')?.path ?? '';
    const page = await (await fetch(shop.origin + path)).text();
    expect(page).toContain(`<link rel="canonical" href="${shop.origin}${path.split('?')[0]}">`);
  });

  it.each([
    ['/p/discontinued-radio', 404, null],
    ['/p/cursed-teapot', 500, null],
    ['/p/cursed-teapot', 500, null],
    ['/p/twice-moved-desk', 302, '/p/once-moved-desk'],
    ['/p/partner-offer', 302, 'https://example.com/offer'],
    ['/p/no-such-thing', 404, null],
    ['/c/audio?page=99', 404, null],
    ['/cart', 200, null],
  ])('answers %s with %i', async (path, status, location) => {
    const response = await fetch(shop.origin + path, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([status, location]);
  });

  it('drops a connection in the middle of a page', async () => {
    const response = await fetch(`${shop.origin}/p/unplugged-lamp`);
    await expect(response.text()).rejects.toThrow();
  });

  it('has one page that is larger than the quickstart allows', async () => {
    const [job] = await readJobs('config/quickstart.yaml');
    const body = await (await fetch(`${shop.origin}/p/endless-scroll`)).arrayBuffer();
    expect(body.byteLength).toBeGreaterThan(job?.fetch.maxBodyBytes ?? Infinity);
  });

  it('has one page that is busy at first and says for how long', async () => {
    const fresh = await serveDemoShop({ products: 10 });
    const { busyAtFirst } = demoShopTruth({ origin: fresh.origin, products: 10 });
    const first = await fetch(fresh.origin + busyAtFirst);
    const second = await fetch(fresh.origin + busyAtFirst);
    await fresh.close();
    expect([first.status, first.headers.get('retry-after'), second.status]).toEqual([503, '1', 200]);
  });

  it('logs each request with its time, path, status and user agent', async () => {
    const fresh = await serveDemoShop({ products: 10 });
    await fetch(`${fresh.origin}/p/renamed-kettle?a=1`, {
      redirect: 'manual',
      headers: { 'user-agent': 'Test/1' },
    });
    await fresh.close();
    expect(fresh.log).toEqual([
      {
        at: expect.any(Number),
        method: 'GET',
        path: '/p/renamed-kettle?a=1',
        status: 301,
        userAgent: 'Test/1',
      },
    ]);
  });

  it('lists every product in its sitemaps, with the dates of the truth', async () => {
    const { lastmod } = demoShopTruth({ origin: shop.origin });
    const pathsSince = (date: string) => Object.keys(lastmod).filter((path) => (lastmod[path] ?? '') >= date);
    expect(await readSitemaps({ include: '/p/*' })).toEqual(Object.keys(lastmod));
    const late = pathsSince('2026-10-01');
    expect(late.length).toBeGreaterThan(0);
    expect(await readSitemaps({ include: '/p/*', modifiedSince: '2026-10-01' })).toEqual(late);
  });

  it.each([
    ['link', '/api/products?size=30', 'data.results', { by: 'link' }],
    ['number', '/api/products?size=50', 'data.results', { by: 'number' }],
    ['offset', '/api/products', 'data.results', { by: 'offset', size: 80, sizeParam: 'size' }],
    ['cursor', '/api/feed', 'items', { by: 'cursor', path: 'next', param: 'cursor' }],
    ['URL in the answer', '/api/products', 'data.results', { by: 'cursor', path: 'meta.next' }],
  ])('pages its API by %s to the last product', async (_, path, items, page) => {
    const source = { rest: { url: shop.origin + path, items, page, label: 'p' } };
    const job = jobSchema.parse({ name: 'x', sources: [source], pages: { p: {} } });
    const found: unknown[] = [];
    let request = seedRequests(job).next[0] as PageRequest<'rest'> | undefined;
    while (request !== undefined) {
      const result = await get(request);
      const answer = JSON.parse(Buffer.from(result.body).toString());
      found.push(...(answer.items ?? answer.data.results).map(({ sku }: { sku: string }) => sku));
      request = continueRest(job, request, result).next[0];
    }
    const { products } = demoShopTruth({ origin: shop.origin });
    expect(found).toEqual(products.map(({ fields }) => fields['sku']));
  });
});

describe('config', () => {
  it.each([
    ['config/quickstart.yaml', 1],
    ['config/examples/api.yaml', 1],
    ['config/examples/sitemap.yaml', 1],
    ['config/examples/urls.yaml', 1],
    ['config/examples/several.yaml', 3],
  ])('%s holds valid jobs', async (path, count) => {
    expect(await readJobs(path)).toHaveLength(count);
  });

  it('settings.yaml shows the defaults', async () => {
    const [written] = loadAll(await readFile('config/settings.yaml', 'utf8'));
    const defaults = settingsSchema.parse({});
    expect(settingsSchema.parse(written)).toEqual(defaults);
    // Those two follow from workerTimeoutMs, which whoever changes it must not be made to change, too.
    const { leaseMs: _, visibilityMs: __, ...aws } = defaults.aws;
    expect(written).toEqual({ ...defaults, aws });
  });

  it('quickstart.yaml fits one look', async () => {
    expect((await readFile('config/quickstart.yaml', 'utf8')).split('\n').length).toBeLessThan(90);
  });
});

async function readJobs(path: string) {
  return loadAll(await readFile(path, 'utf8')).map((document) => jobSchema.parse(document));
}

/** Paths of the pages that the shop's sitemaps list. */
async function readSitemaps(filters: object): Promise<string[]> {
  const source = { sitemap: { site: shop.origin, ...filters } };
  const job = jobSchema.parse({ name: 'x', sources: [source], pages: { p: {} } });
  const found: string[] = [];
  const waiting = seedRequests(job).next as PageRequest<'sitemap'>[];
  for (const request of waiting) {
    const { links, next } = await expandSitemap(job, request, await get(request));
    found.push(...links.map(({ url }) => new URL(url).pathname));
    waiting.push(...(next as typeof waiting));
  }
  return found;
}

async function getPage(url: string, label: string): Promise<Page> {
  const { status, headers, body } = await get({ url });
  const contentType = headers['content-type'] ?? '';
  return { url, label, status, contentType, body, fetchedAt: '2026-01-01T00:00:00Z', depth: 1 };
}

async function get({ url }: { url: string }) {
  const response = await fetch(url);
  const body = new Uint8Array(await response.arrayBuffer());
  return {
    url,
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body,
    ms: 1,
    startedAt: 0,
  };
}

/** Every path that links and redirects lead to, tracking parameters dropped and the others sorted. */
async function crawl(origin: string): Promise<Set<string>> {
  const reached = new Set(['/']);
  for (const path of reached) {
    for (const link of await linksOf(origin, path)) {
      const url = URL.parse(link.replaceAll('&amp;', '&'), origin + path);
      if (url?.origin !== origin) continue;
      const params = [...url.searchParams].filter(([name]) => !name.startsWith('utm_')).toSorted();
      reached.add(url.pathname + (params.length > 0 ? `?${new URLSearchParams(params)}` : ''));
    }
  }
  return reached;
}

async function linksOf(origin: string, path: string): Promise<string[]> {
  const response = await fetch(origin + path, { redirect: 'manual' });
  const location = response.headers.get('location');
  if (location !== null) return [location];
  const page = await response.text().catch(() => '');
  return [...page.matchAll(/<a (?:class="[^"]*" )?href="([^"]*)"/g)].map(([, href]) => href ?? '');
}
