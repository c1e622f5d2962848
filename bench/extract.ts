/** CPU of reading one page of the peers' shop, in one pass and by the tree. */
import { compileExtractor } from '../shared/extract/extractor.ts';
import type { Page } from '../shared/extract/types.ts';
import { jobSchema } from '../shared/job/schema.ts';
import { listingHtml, productHtml } from './peers/shop-pages.ts';

const size = { products: 20_000 };
const origin = 'http://127.0.0.1:8080';
const pagesPerRound = 300;
const rounds = 40;

/** Milliseconds of CPU per page: the best of some rounds, each over the same pages, which differ. */
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
    product: { onePass: cpuMs(onePass, pages.product), tree: cpuMs(tree, pages.product) },
    listing: { onePass: cpuMs(onePass, pages.listing), tree: cpuMs(tree, pages.listing) },
  };
}

type Extractor = Awaited<ReturnType<typeof compileExtractor>>;

function cpuMs(extractor: Extractor, pages: Page[]): number {
  const times = Array.from({ length: rounds }, () => {
    const start = process.cpuUsage();
    for (const page of pages) extractor.extract(page);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000 / pages.length;
  });
  return Math.round(Math.min(...times) * 10_000) / 10_000;
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
    kind: 'page',
    status: 200,
    contentType: 'text/html',
    body: new TextEncoder().encode(html),
    fetchedAt: '2026-01-31T12:00:00.000Z',
    depth: 1,
  };
}
