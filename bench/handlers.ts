/**
 * Measures what a handler costs on a product page of the peers' shop: as a function in this thread, and as a file in its own,
 * where it can be stopped.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileExtractor, type Extractor } from '../shared/extract/extractor.ts';
import type { Handler } from '../shared/extract/handlers/handler.ts';
import type { Page } from '../shared/extract/types.ts';
import { jobSchema } from '../shared/job/schema.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { productHtml } from './peers/shop-pages.ts';

const size = { products: 20_000 };
const pagesPerRound = 200;
const rounds = 5;
/** Pages of one process that are extracted at once: those that their hosts' answers leave to it. */
const atOnce = 8;

/** `fields`: what the job's fields gave is returned. `tree`: an element is looked for, for which the page is parsed. */
const handlers: Record<string, Handler> = {
  fields: (page) => ({ items: [{ ...page.fields, depth: page.depth }] }),
  tree: (page) => ({ items: [{ ...page.fields, price: page.first('.price')?.text() ?? null }] }),
};

interface Cost {
  /** Of the whole process, all threads: milliseconds per page. */
  cpuMs: number;
  wallMs: number;
}

/** Of each way the best of all rounds, so that busy neighbours of the machine do not count. */
export async function handlerCosts(): Promise<object> {
  const { path: baseDir, remove } = temporaryFolder();
  mkdirSync(baseDir, { recursive: true });
  const pages = Array.from({ length: pagesPerRound }, (_, index) => makePage(index));
  const none = await costOf(await compileExtractor(jobWith(undefined), { baseDir }), pages);
  const rows: Record<string, { function: Cost; file: Cost }> = {};
  for (const [name, handler] of Object.entries(handlers)) {
    writeFileSync(join(baseDir, `${name}.mjs`), `export default ${handler.toString()};\n`);
    const job = jobWith(`./${name}.mjs`);
    const here = await compileExtractor(job, { baseDir, handlers: { product: handler } });
    const inThread = await compileExtractor(job, { baseDir });
    rows[name] = { function: await costOf(here, pages), file: await costOf(inThread, pages) };
    await inThread.close();
  }
  const firstMs = await timeToFirst(baseDir, pages);
  remove();
  return { none, ...rows, startOfThread: firstMs };
}

async function costOf(extractor: Extractor, pages: Page[]): Promise<Cost> {
  let best: Cost = { cpuMs: Number.POSITIVE_INFINITY, wallMs: Number.POSITIVE_INFINITY };
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const before = process.cpuUsage();
    for (let first = 0; first < pages.length; first += atOnce) {
      await Promise.all(pages.slice(first, first + atOnce).map((page) => extractor.extract(page)));
    }
    const { user, system } = process.cpuUsage(before);
    const cpuMs = perPage((user + system) / 1_000, pages);
    best = {
      cpuMs: Math.min(best.cpuMs, cpuMs),
      wallMs: Math.min(best.wallMs, perPage(performance.now() - start, pages)),
    };
  }
  return best;
}

/** From nothing to the first page of a handler file: milliseconds, once per process. */
async function timeToFirst(baseDir: string, [page]: Page[]): Promise<Cost> {
  const start = performance.now();
  const before = process.cpuUsage();
  const extractor = await compileExtractor(jobWith('./fields.mjs'), { baseDir });
  if (page !== undefined) await extractor.extract(page);
  const { user, system } = process.cpuUsage(before);
  const cost = { cpuMs: rounded((user + system) / 1_000), wallMs: rounded(performance.now() - start) };
  await extractor.close();
  return cost;
}

function perPage(ms: number, pages: Page[]): number {
  return rounded(ms / pages.length);
}

function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

/** The fields of the peers' job. */
function jobWith(handler: string | undefined) {
  return jobSchema.parse({
    name: 'handlers',
    sources: [{ crawl: { start: 'http://127.0.0.1:8080/' } }],
    pages: {
      product: {
        follow: ['a[href]'],
        fields: {
          name: 'h1.name',
          sku: '.sku',
          brand: '.brand',
          price: { select: '.price', type: 'number' },
        },
        ...(handler === undefined ? {} : { handler }),
      },
    },
  });
}

function makePage(index: number): Page {
  return {
    url: `http://127.0.0.1:8080/p/${index}.html`,
    label: 'product',
    status: 200,
    contentType: 'text/html',
    body: new TextEncoder().encode(productHtml(index, size)),
    fetchedAt: '2026-01-31T12:00:00.000Z',
    depth: 1,
  };
}
