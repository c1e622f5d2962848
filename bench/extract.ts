/**
 * Measures the extraction of one page: of the peers' shop, in one pass and by the tree; by each syntax of structured data; and by each
 * way of reading beside the parsers that people use for it, over the same pages.
 */
import { compileExtractor, type Extractor } from '../shared/extract/extractor.ts';
import type { Page } from '../shared/extract/types.ts';
import { type Job, jobSchema } from '../shared/job/schema.ts';
import { origin, type PageSet, pagesOf } from './extract/pages.ts';
import { measureParser } from './extract/parsers.ts';

const rounds = 30;

/** Milliseconds per page: of each page the best of all rounds, so that busy neighbours of the machine do not count. */
export async function extract(): Promise<object> {
  const onePass = await compileExtractor(shopJob, { baseDir: '.' });
  const tree = await compileExtractor(shopJob, { baseDir: '.', inOnePass: false });
  const [product, listing] = [pagesOf('product'), pagesOf('listing')];
  return {
    product: { onePass: await bestMs(onePass, product), tree: await bestMs(tree, product) },
    listing: { onePass: await bestMs(onePass, listing), tree: await bestMs(tree, listing) },
    structured: await measureSyntaxes(),
    besideParsers: await measureFeatures(),
  };
}

/** Of a product's page that says its name in each syntax: what one field of it takes. */
async function measureSyntaxes(): Promise<Record<string, number>> {
  const pages = pagesOf('structured');
  const measured: Record<string, number> = {};
  for (const [name, field] of Object.entries(syntaxFields)) {
    measured[name] = await bestMs(await compileFields({ field }), pages);
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

/** The five fields that all contestants of the peers' bench take. */
const productFields = {
  name: { select: 'h1.name', required: true },
  sku: { select: '.sku', required: true },
  brand: { select: '.brand', required: true },
  price: { select: '.price', type: 'number', required: true },
  image: { select: 'img.photo', attr: 'src', type: 'url', required: true },
};

interface Feature {
  pages: PageSet;
  fields: Record<string, unknown>;
  parsers: string[];
  /** Parsers that give other values are no measure of it. */
  isExact: boolean;
}

const features: Record<string, Feature> = {
  css: {
    pages: 'product',
    fields: productFields,
    parsers: ['cheerio', 'parsel', 'selectolax'],
    isExact: true,
  },
  xpath: {
    pages: 'product',
    fields: {
      name: { xpath: "//h1[@class='name']" },
      sku: { xpath: "//*[@class='sku']" },
      brand: { xpath: "//*[@class='brand']" },
      price: { xpath: "//*[@class='price']", type: 'number' },
      image: { xpath: "//img[@class='photo']/@src", type: 'url' },
    },
    parsers: ['parsel'],
    isExact: true,
  },
  xpathText: {
    pages: 'product',
    fields: {
      name: { xpath: "//h1[@class='name']/text()" },
      sku: { xpath: "normalize-space(//*[@class='sku'])" },
      brand: { xpath: "(//*[@class='brand'])[1]" },
      price: { xpath: "//*[@class='price'][contains(., '.')]", type: 'number' },
    },
    parsers: [],
    isExact: true,
  },
  structured: {
    pages: 'structured',
    fields: { all: { structured: 'all' } },
    parsers: ['extruct'],
    isExact: false,
  },
  article: {
    pages: 'article',
    fields: { text: { article: 'text' } },
    parsers: ['trafilatura'],
    isExact: false,
  },
  markdown: {
    pages: 'article',
    fields: { text: { article: 'markdown' } },
    parsers: ['trafilatura'],
    isExact: false,
  },
};

/** Each way of reading and the parsers for it: milliseconds per page, or why there are none. */
async function measureFeatures(): Promise<Record<string, Record<string, number | string>>> {
  const measured: Record<string, Record<string, number | string>> = {};
  for (const [feature, { pages: set, fields, parsers, isExact }] of Object.entries(features)) {
    const pages = pagesOf(set);
    const turns = set === 'article' ? 5 : rounds;
    const extractor = await compileFields(fields);
    const [first] = pages;
    const { items } = first === undefined ? { items: [] } : await extractor.extract(first);
    const row: Record<string, number | string> = { spinneret: await bestMs(extractor, pages, turns) };
    for (const parser of parsers) {
      const wanted = isExact ? items[0]?.fields : undefined;
      row[parser] = await measureParser({ parser, feature }, pages, turns, wanted);
    }
    measured[feature] = row;
  }
  return measured;
}

/** Pages without links to follow, as parsers read them. */
function compileFields(fields: Record<string, unknown>): Promise<Extractor> {
  return compileExtractor(jobOf({ product: { fields } }), { baseDir: '.' });
}

async function bestMs(extractor: Extractor, pages: Page[], turns = rounds): Promise<number> {
  const best = pages.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < turns; round++) {
    for (const [index, page] of pages.entries()) {
      const start = performance.now();
      const made = extractor.extract(page);
      if (made instanceof Promise) await made;
      best[index] = Math.min(best[index] ?? 0, performance.now() - start);
    }
  }
  const sum = best.reduce((total, ms) => total + ms, 0);
  return Math.round((sum / pages.length) * 10_000) / 10_000;
}

function jobOf(pages: Record<string, unknown>): Job {
  return jobSchema.parse({ name: 'extract', sources: [{ crawl: { start: `${origin}/` } }], pages });
}

/** The job of bench/peers/spinneret.ts. */
const shopJob = jobOf({
  product: { match: '/p/*', follow: ['a[href]'], fields: productFields },
  default: { follow: ['a[href]'] },
});
