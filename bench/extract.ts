/** Measures the extraction of one page of the peers' shop, in one pass and by the tree, and of each syntax of structured data. */
import { compileExtractor } from '../shared/extract/extractor.ts';
import type { Page } from '../shared/extract/types.ts';
import { jobSchema } from '../shared/job/schema.ts';
import { listingHtml, productHtml } from './peers/shop-pages.ts';

const size = { products: 20_000 };
const origin = 'http://127.0.0.1:8080';
const pagesPerRound = 40;
const rounds = 80;

/** Milliseconds per page: of each page the best of all rounds, so that busy neighbours of the machine do not count. */
export async function extract(): Promise<object> {
  const pages = {
    product: Array.from({ length: pagesPerRound }, (_, index) =>
      makePage('product', productHtml(index, size)),
    ),
    listing: Array.from({ length: pagesPerRound }, (_, index) =>
      makePage('default', listingHtml(index, size)),
    ),
  };
  const onePass = await compileExtractor(job, { baseDir: '.' });
  const tree = await compileExtractor(job, { baseDir: '.', inOnePass: false });
  return {
    product: { onePass: bestMs(onePass, pages.product), tree: bestMs(tree, pages.product) },
    listing: { onePass: bestMs(onePass, pages.listing), tree: bestMs(tree, pages.listing) },
    structured: await measureSyntaxes(),
  };
}

/** Of a product's page that says its name in each syntax: what one field of it takes. */
async function measureSyntaxes(): Promise<Record<string, number>> {
  const pages = Array.from({ length: pagesPerRound }, (_, index) =>
    makePage('product', productHtml(index, size).replace('</body>', `${structuredMarkup}</body>`)),
  );
  const measured: Record<string, number> = {};
  for (const [name, field] of Object.entries(syntaxFields)) {
    const rules = { product: { fields: { field } } };
    const extractor = await compileExtractor(jobSchema.parse({ ...job, pages: rules }), { baseDir: '.' });
    measured[name] = bestMs(extractor, pages);
  }
  return measured;
}

const syntaxFields = {
  jsonld: { jsonld: 'Product.name' },
  og: { og: 'title' },
  script: { script: 'window.__STATE__', path: 'product.name' },
  tree: 'h1:last-of-type',
  microdata: { microdata: 'Product.name' },
  rdfa: { rdfa: 'Product.name' },
  all: { structured: 'all' },
};

const structuredMarkup = `<script type="application/ld+json">{"@type":"Product","name":"Lamp","offers":{"price":"12.50"}}</script>
<meta property="og:title" content="Lamp"><script>window.__STATE__ = {product: {name: 'Lamp', sizes: ['S', 'M']}};</script>
<div itemscope itemtype="https://schema.org/Product"><b itemprop="name">Lamp</b><i itemprop="offers" itemscope><meta itemprop="price" content="12.50"></i></div>
<div vocab="https://schema.org/" typeof="Product"><b property="name">Lamp</b><i property="offers" typeof="Offer"><meta property="price" content="12.50"></i></div>`;

type Extractor = Awaited<ReturnType<typeof compileExtractor>>;

function bestMs(extractor: Extractor, pages: Page[]): number {
  const best = pages.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    for (const [index, page] of pages.entries()) {
      const start = performance.now();
      extractor.extract(page);
      best[index] = Math.min(best[index] ?? 0, performance.now() - start);
    }
  }
  const sum = best.reduce((total, ms) => total + ms, 0);
  return Math.round((sum / pages.length) * 10_000) / 10_000;
}

/** The job of bench/peers/spinneret.ts. */
const job = jobSchema.parse({
  name: 'extract',
  sources: [{ crawl: { start: `${origin}/` } }],
  pages: {
    product: {
      match: '/p/*',
      follow: ['a[href]'],
      fields: {
        name: { select: 'h1.name', required: true },
        sku: { select: '.sku', required: true },
        brand: { select: '.brand', required: true },
        price: { select: '.price', type: 'number', required: true },
        image: { select: 'img.photo', attr: 'src', type: 'url', required: true },
      },
    },
    default: { follow: ['a[href]'] },
  },
});

let serial = 0;

function makePage(label: string, html: string): Page {
  return {
    url: `${origin}/${label}/${serial++}.html`,
    label,
    status: 200,
    contentType: 'text/html',
    body: new TextEncoder().encode(html),
    fetchedAt: '2026-01-31T12:00:00.000Z',
    depth: 1,
  };
}
