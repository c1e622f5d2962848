import { type Cost, costOf, type Prices, type Usage } from './cost.ts';
import { expectedUsage } from './expected-usage.ts';
import { expectedWork } from './expected-work.ts';

/** What is known of a run before it starts. */
export interface RunPlan {
  /** One entry per host; their pages are the run's pages. */
  hosts: HostLoad[];
  /** Requests in a batch, as they are found; a slow host's batches are smaller. */
  pagesPerBatch: number;
  /** Do pages lead to further pages? Else sources name them all. */
  isCrawl: boolean;
  /** URLs admitted per page fetched: 1, and more where a limit ends a crawl. */
  urlsPerPage: number;
  /** Sitemaps, and chunks of URL files. */
  sourceBatches: number;
  /** Is robots.txt asked, once per host? */
  obeysRobots: boolean;
  /** Does a limit (maxItems, maxBytes, budgetUsd) make workers look at the run's counts? */
  watchesCounts: boolean;
  sample: PageSample;
  worker: WorkerCapacity;
}

export interface HostLoad {
  pages: number;
  /** Milliseconds between the starts of two requests, tolerance for lateness included; 0: no gap. */
  turnMs: number;
  /** Requests that fit a batch at this pace. */
  largestBatch: number;
}

/** What a sample showed. Per page: per page that came to its end. */
export interface PageSample {
  /** Pages of the sample, per host that it met. */
  pagesPerHost: number;
  /** 1, and more with retries and redirects. */
  fetchesPerPage: number;
  fetchMs: number;
  /** Links to pages of the job, each counted once per batch; and those of them that no page before had. */
  linksPerPage: number;
  newUrlsPerPage: number;
  /** Compressed, as S3 keeps them: the outcome's share, and the exported items. */
  outcomeBytesPerPage: number;
  itemBytesPerPage: number;
  /** Of one request in a message. */
  requestBytes: number;
}

/** The deployment. */
export interface WorkerCapacity {
  memoryMb: number;
  maxConcurrency: number;
  concurrencyPerHost: number;
  /** Turns further ahead are not reserved: the batch looks again when they come. */
  horizonMs: number;
  /** Turns this far ahead are waited for in the worker. */
  maxWaitMs: number;
  /** Of a whole core, as `bench/lambda.ts` measures it. @default 1 */
  coreMsPerPage?: number;
}

export interface Estimate {
  pages: number;
  batches: number;
  /** Messages sent again to wait for their host. */
  deferrals: number;
  durationMs: number;
  usage: Usage;
  cost: Cost;
  per1000PagesUsd: number;
}

/**
 * What a run will take and cost, by arithmetic on a sample: no page is unlike those of the sample, a host
 * keeps its pace, no process dies, nothing else runs at the time. Free tiers, data transfer and taxes are
 * not in it. Pure.
 */
export function estimateRun(plan: RunPlan, prices?: Prices): Estimate {
  const pages = plan.hosts.reduce((sum, host) => sum + host.pages, 0);
  const work = expectedWork(plan);
  const usage = expectedUsage(plan, work);
  const cost = costOf(usage, prices);
  return {
    pages,
    batches: Math.round(work.batches),
    deferrals: Math.round(work.deferrals.reserved + work.deferrals.busy),
    durationMs: Math.round(work.durationMs),
    usage,
    cost,
    per1000PagesUsd: pages === 0 ? 0 : (1_000 * cost.totalUsd) / pages,
  };
}
