import { expect, it } from 'vitest';
import { openCliFolder, parseLines } from '../cli/call-cli.ts';
import { describeApp, startApp, truthOf } from './start-app.ts';

interface Truth {
  products: { path: string; upc: string; reviews: unknown[] }[];
  categories: { path: string }[];
}

/** Sorts, facets and pages combine freely, and the job names none of them. */
describeApp('shop', () => {
  it('a crawl that follows every link of the catalogue reads each list once, and misses no product', async () => {
    const { products, categories } = truthOf<Truth>('shop');
    await using shop = await startApp('shop');
    using folder = openCliFolder();
    folder.write(
      'shop.yaml',
      `name: shop
network: allowPrivate
sources: [{ crawl: { start: "${shop.origin}/catalogue/" } }]
scope: { include: /catalogue/** }
pages:
  product: { match: "/catalogue/*_*/", follow: [a], fields: { upc: { label: UPC, required: true } } }
  default: { follow: [a] }
politeness: { gapMs: 2, slowDown: false, robots: ignore }
`,
    );
    const run = await folder.call('run', 'shop.yaml', '--processes', '2');
    expect(run.code, run.stdout).toBe(0);
    // Of a shop that does not answer on a busy machine, pages fail, and what only they lead to is not found.
    expect(run.stdout).not.toMatch(/^ +pages .* failed/m);
    expect(run.stdout).toContain('that show a list in another order or form');
    const exported = await folder.call('export', '--last', '--what', 'pages');
    const urls = parseLines(exported.stdout).map(({ url }) => new URL(String(url)));
    const paths = new Set(urls.map(({ pathname }) => pathname));
    expect(products.map(({ path }) => path).filter((path) => !paths.has(path))).toEqual([]);
    expect(categories.map(({ path }) => path).filter((path) => !paths.has(path))).toEqual([]);
    const queries = urls.filter(({ search }) => search !== '').map(({ search }) => search);
    expect(queries.filter((query) => !/^\?page=\d+$/.test(query))).toEqual([]);
    // No address stands for what another one does, and none is of a form that the shop does not have.
    const kinds = Object.groupBy(urls, (url) => kindOfPage(url));
    expect(kinds.other?.map(({ href }) => href) ?? []).toEqual([]);
    const counted = Object.entries(kinds).map(([kind, all]) => `${all.length} ${kind}`);
    console.log(`shop: ${urls.length} pages: ${counted.join(', ')}`);
    expect(kinds.reviews?.length).toBeLessThanOrEqual(products.flatMap(({ reviews }) => reviews).length);
    expect(new Set(urls.map(({ pathname, search }) => `${pathname}${search}`)).size).toBe(urls.length);
  });
});

/** What the shop shows at an address; `other` is none of its pages. */
function kindOfPage({ pathname, search }: URL) {
  const kinds = {
    'further pages of lists': /^\/catalogue\/(?:category\/.*)?\?page=\d+$/,
    'further pages of reviews': /\/reviews\/\?page=\d+$/,
    lists: /^\/catalogue\/(?:category\/[\w/-]+_\d+\/)?$/,
    products: /^\/catalogue\/[\w-]+_\d+\/$/,
    'lists of reviews': /_\d+\/reviews\/$/,
    'forms for a review': /_\d+\/reviews\/add\/$/,
    reviews: /_\d+\/reviews\/\d+\/$/,
  };
  const address = `${pathname}${search}`;
  const found = Object.entries(kinds).find(([, pattern]) => pattern.test(address))?.[0];
  return (found ?? 'other') as keyof typeof kinds | 'other';
}
