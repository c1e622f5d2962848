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

export interface HostLoad {
  pages: number;
  /** Milliseconds between the starts of two requests, tolerance for lateness included; 0: no gap. */
  turnMs: number;
  /** Requests that fit a batch at this pace. */
  largestBatch: number;
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
