import type { PageSample } from '../../../shared/sources/page-sample.ts';

export interface HostLoad {
  pages: number;
  /** Milliseconds between the starts of two requests, tolerance for lateness included; 0: no gap. */
  turnMs: number;
  /** Requests that fit a batch at this pace. */
  largestBatch: number;
}

/** The capacity of a deployment's workers. */
export interface WorkerCapacity {
  memoryMb: number;
  maxConcurrency: number;
  concurrencyPerHost: number;
  /** Turns further ahead are not reserved: the batch comes back when they are near. */
  horizonMs: number;
  /** Turns this far ahead are waited for in the worker. */
  maxWaitMs: number;
  /** Milliseconds of a whole core, as `bench/lambda.ts` measures it. @default 1 */
  coreMsPerPage?: number;
}

/** What writing down takes that a job knows of its pages. */
export interface PlannedRecrawl {
  /** Units of DynamoDB for a page and its items that have a key, their places in the index apart. */
  unitsPerPage: number;
  /** The share of pages that an earlier run did not know, and of those that have changed since. */
  newShare: number;
  changedShare: number;
}

/** Pages that functions with a browser fetch, and which of them are read in it. */
export interface PlannedBrowser {
  /** Those that are read in it, of all pages. */
  share: number;
  /** Those that are fetched there, of all pages: `auto` decides there whether a page is read in the browser. */
  sentShare: number;
  /** Turns of hosts that what such a page loads takes, its own apart. */
  turnsPerPage: number;
  memoryMb: number;
  maxConcurrency: number;
}

/** What is known of a run before it starts. */
export interface RunPlan {
  /** One entry per host; their pages are the run's pages. */
  hosts: HostLoad[];
  /** Requests in a batch, as they are found; batches of a slow host are smaller. */
  pagesPerBatch: number;
  /** Do pages lead to further pages? Else sources name them all. */
  isCrawl: boolean;
  /** URLs admitted per page fetched: 1, and more where a limit ends a crawl. */
  urlsPerPage: number;
  /** Sitemaps, and chunks of URL files. */
  sourceBatches: number;
  /** Is robots.txt fetched, once per host? */
  obeysRobots: boolean;
  /** Does each request take a turn on its host's clock besides that of a group (`politeness.paceBy`)? @default no */
  pacesGroups?: boolean;
  /** Does a limit (maxItems, maxBytes, budgetUsd) require workers to read the run's counts? */
  watchesCounts: boolean;
  /** Are the pages of each host limited, by a quota of its own? @default no */
  limitsHosts?: boolean;
  /** Do its pages wait in frontiers, the best first? @default no */
  isOrdered?: boolean;
  /** Of a job that has any: how many are opened, and how many of them log in. */
  sessions?: { opened: number; logins: number };
  /** Of a job that keeps its pages: compressed. @default none are kept */
  keptBytesPerPage?: number;
  /** Files that are downloaded, of unknown size. @default none */
  files?: number;
  /** Of a job that recrawls. */
  recrawl?: PlannedRecrawl;
  /** Of a job with pages that are read in a browser. */
  browser?: PlannedBrowser;
  sample: PageSample;
  worker: WorkerCapacity;
}
