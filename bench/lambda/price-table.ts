import { expectedUsage } from '../../cli/estimate/model/expected-usage.ts';
import { expectedWork } from '../../cli/estimate/model/expected-work.ts';
import type { HostLoad, RunPlan } from '../../cli/estimate/model/run-plan.ts';
import { costOf } from '../../shared/cost/cost.ts';
import { engineLimits } from '../../shared/engine/limits-in-function.ts';
import { batchSizeFor, slackFor } from '../../shared/engine/turns/pace.ts';
import type { Settings } from '../../shared/job/settings-schema.ts';
import type { PageSample } from '../../shared/sources/page-sample.ts';

/** What the prices are worked out from. */
export interface PageCost {
  memoryMb: number;
  coreMsPerPage: number;
  pagesPerBatch: number;
  sample: PageSample;
}

export interface PriceRow {
  memoryMb: number;
  coreMsPerPage: number;
  /** Of the worker. */
  billedMsPerPage: number;
  /** Of worker and finish. */
  gbSecondsPerPage: number;
  writeUnitsPerPage: number;
  usdPerMillionPages: Record<string, number>;
}

const pages = 1_000_000;
/** The mean of the answer times that bench/simulate.ts assumes; those on loopback are the emulator's. */
const fetchMs = 180;
const concurrencyPerHost = 8;

const crawls = {
  'one host, no gap': { hosts: 1, gapMs: 0 },
  '1,000 hosts, a gap of 1 s': { hosts: 1_000, gapMs: 1_000 },
};

export const priceAssumptions = [
  `a crawl of ${pages} pages, by the model of "spinneret estimate"; a page answers after ${fetchMs} ms`,
  'billed is what is longer, waiting or computing; a function has memory / 1,769 MB of a core',
  'pages are like the shop’s, and batches as full; storage is one month of S3; no free tier',
];

/** US dollars per million pages by memory, for each kind of crawl. */
export function priceTable(costs: PageCost[], settings: Settings['aws']): Record<string, PriceRow[]> {
  const rows = Object.entries(crawls).map(([name, { hosts, gapMs }]) => {
    const limits = engineLimits(settings);
    const load: HostLoad = {
      pages: pages / hosts,
      turnMs: gapMs === 0 ? 0 : gapMs + slackFor(gapMs),
      largestBatch: batchSizeFor(gapMs, limits),
    };
    const plans = costs.map((cost) => planOf(cost, Array<HostLoad>(hosts).fill(load), settings));
    return [name, plans.map(rowOf)] as const;
  });
  return Object.fromEntries(rows);
}

function planOf(cost: PageCost, hosts: HostLoad[], settings: Settings['aws']): RunPlan {
  const { memoryMb, coreMsPerPage, pagesPerBatch, sample } = cost;
  const { horizonMs, maxWaitMs } = engineLimits(settings);
  const { maxConcurrency } = settings;
  return {
    hosts,
    pagesPerBatch,
    isCrawl: true,
    urlsPerPage: 1,
    sourceBatches: 1,
    obeysRobots: true,
    watchesCounts: false,
    // Each host is a shop that is crawled whole, as the measured one was.
    sample: { ...sample, fetchMs, pagesPerHost: pages / hosts.length },
    worker: { memoryMb, maxConcurrency, concurrencyPerHost, horizonMs, maxWaitMs, coreMsPerPage },
  };
}

function rowOf(plan: RunPlan): PriceRow {
  const work = expectedWork(plan);
  const usage = expectedUsage(plan, work);
  const { totalUsd, byService } = costOf(usage);
  const { memoryMb, coreMsPerPage = Number.NaN } = plan.worker;
  const perMillion = Object.entries({ ...byService, total: totalUsd }).map(
    ([name, usd]) => [name, rounded((usd / pages) * 1e6)] as const,
  );
  return {
    memoryMb,
    coreMsPerPage,
    billedMsPerPage: rounded(work.workerMs / pages),
    gbSecondsPerPage: rounded((usage.lambdaMbMs ?? 0) / 1_024 / 1_000 / pages),
    writeUnitsPerPage: rounded((usage.writeUnits ?? 0) / pages),
    usdPerMillionPages: Object.fromEntries(perMillion),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
