import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { wholeCoreMb } from '../cli/estimate/model/expected-work.ts';
import { loadSettings } from '../shared/job/load.ts';
import { installRuntime } from '../test/aws/lambda-process.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openCpuShare } from './lambda/cpu-share.ts';
import { type CrawlOptions, crawlOnLambda, type LambdaCrawl } from './lambda/crawl.ts';
import { openEmulatedAws } from './lambda/emulated-aws.ts';
import { type PageCost, priceAssumptions, priceTable } from './lambda/price-table.ts';
import { openShop } from './peers/open-shop.ts';
import { takeCores } from './peers/take-cores.ts';

const memories = [512, 1_024, wholeCoreMb];
const timeoutMs = 20 * 60_000;

/**
 * The deployed worker under AWS's runtime client, crawling the shop of `peers` against an emulator: one
 * run per memory, with that memory's part of a core. Then what a million pages would cost.
 */
export async function lambda({ products }: { products: number }): Promise<object> {
  const runtimeClient = await installRuntime();
  if (typeof runtimeClient !== 'string') throw new Error(runtimeClient.skipped);
  const settings = loadSettings().aws;
  const cores = takeCores();
  const folder = temporaryFolder();
  try {
    await using aws = await openEmulatedAws();
    await using shop = await openShop({ products, folder: folder.path, core: cores.server });
    const runs: (ReturnType<typeof figuresOf> & { cost: PageCost })[] = [];
    for (const memoryMb of memories) {
      const cwd = join(folder.path, String(memoryMb));
      mkdirSync(cwd);
      const signal = AbortSignal.timeout(timeoutMs);
      const trial = { shop, cwd, core: cores.client, signal, runtimeClient, aws };
      const run = await crawlWithin(memoryMb, {
        ...trial,
        settings: { ...settings, workerMemoryMb: memoryMb },
      });
      console.error(JSON.stringify(run));
      runs.push(run);
    }
    return {
      bench: 'lambda',
      pages: shop.pages,
      runs: runs.map(({ cost: _, ...figures }) => figures),
      assumptions: priceAssumptions,
      prices: priceTable(
        runs.map(({ cost }) => cost),
        settings,
      ),
    };
  } finally {
    folder.remove();
  }
}

async function crawlWithin(memoryMb: number, options: CrawlOptions) {
  using share = openCpuShare(memoryMb);
  const crawl = await crawlOnLambda({ ...options, ...(share === undefined ? {} : { group: share.group }) });
  const figures = figuresOf(crawl);
  const cost: PageCost = {
    memoryMb,
    coreMsPerPage: figures.steady.coreMsPerPage,
    pagesPerBatch: figures.pagesPerBatch,
    sample: crawl.sample.perPage,
  };
  return { memoryMb, shareOfCore: share?.share ?? 'not limited here', ...figures, cost };
}

function figuresOf({ events, usage, calls, logBytes, batches, sample }: LambdaCrawl) {
  const { pages } = sample;
  const perPage = (count: number) => rounded(count / pages);
  const byCount = [...calls].sort(([, a], [, b]) => b - a);
  const [first] = events;
  return {
    invocations: events.length,
    pagesPerBatch: rounded(pages / batches),
    cold: {
      importCoreMs: rounded(first?.importCpuMs ?? 0),
      firstEventCoreMs: rounded((first?.cpuMs ?? 0) - (first?.importCpuMs ?? 0)),
      ...between(events, 0, 0.5),
    },
    steady: between(events, 0.5, 1),
    peakMb: Math.round(Math.max(...events.map(({ peakMb }) => peakMb))),
    heapMb: Math.round(Math.max(...events.map(({ heapMb }) => heapMb))),
    perPage: {
      writeUnits: perPage(usage.writeUnits ?? 0),
      readUnits: perPage(usage.readUnits ?? 0),
      sqsRequests: perPage(usage.sqsRequests ?? 0),
      s3Puts: perPage(usage.s3Puts ?? 0),
      outcomeBytes: perPage(usage.s3Bytes ?? 0),
      logBytes: perPage(logBytes),
      calls: Object.fromEntries(byCount.map(([call, count]) => [call, perPage(count)])),
    },
  };
}

/** From the event that reached this share of the pages to the one that reached that. */
function between(events: LambdaCrawl['events'], from: number, to: number) {
  const all = events.reduce((sum, { pages }) => sum + pages, 0);
  let seen = 0;
  const part = { pages: 0, cpuMs: 0, billedMs: 0 };
  let cpuBefore = 0;
  for (const { pages, cpuMs, billedMs } of events) {
    if (seen >= from * all && (seen < to * all || to === 1)) {
      part.pages += pages;
      part.cpuMs += cpuMs - cpuBefore;
      part.billedMs += billedMs;
    }
    cpuBefore = cpuMs;
    seen += pages;
  }
  return {
    pages: part.pages,
    coreMsPerPage: rounded(part.cpuMs / part.pages),
    /** On the wall, waiting for site and emulator included. */
    wallMsPerPage: rounded(part.billedMs / part.pages),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
