import { engineLimits } from '../../shared/engine/limits-in-function.ts';
import { batchSizeFor, slackFor } from '../../shared/engine/turns/pace.ts';
import { browser as browserSettings } from '../../shared/job/aws-options-schema.ts';
import { pageOrderOf } from '../../shared/job/page-order.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { Settings } from '../../shared/job/settings-schema.ts';
import type { Listed } from './count-listed.ts';
import { countOf, type ExpectedPages, sitemapFactor } from './expected-pages.ts';
import type { Measured } from './measure-sample.ts';
import { discoveredUrls } from './model/crawl-growth.ts';
import type { HostLoad, RunPlan, WorkerCapacity } from './model/run-plan.ts';
import { plannedSessions } from './planned-sessions.ts';

export interface PlanFacts {
  job: Job;
  settings: Settings['aws'];
  measured: Measured;
  files: Listed;
  expected: ExpectedPages;
  /** Milliseconds between requests to a host, as its robots.txt and its slowness have it. */
  gapOf(host: string): number;
  /** What a host shares its turns with: itself, of jobs that pace each host by itself. */
  paceOf(host: string): string;
}

/** What the cost model needs to know of the run, by the bounds that the functions work within. */
export function planRun(facts: PlanFacts): RunPlan {
  const { job, settings, measured, files, expected } = facts;
  const { pages, named } = expected;
  const isCrawl = measured.perPage.newUrlsPerPage > 0;
  const { maxItems, maxBytes, budgetUsd } = job.limits;
  const limits = engineLimits(settings);
  const hosts = hostLoads(facts, limits);
  const isOpen = expected.known === 'limit';
  return {
    hosts,
    pagesPerBatch: pagesPerBatch(facts),
    isCrawl,
    urlsPerPage: Math.max(1, named / pages, isOpen ? discoveredPerPage(measured, hosts, pages) : 0),
    sourceBatches: 1 + measured.sitemaps.known + files.sources,
    obeysRobots: job.politeness.robots === 'obey',
    ...(job.politeness.paceBy === 'host' ? {} : { pacesGroups: true }),
    watchesCounts: (maxItems ?? maxBytes ?? budgetUsd) !== undefined,
    ...(job.limits.maxPagesPerHost === undefined ? {} : { limitsHosts: true }),
    ...(pageOrderOf(job) === undefined ? {} : { isOrdered: true }),
    ...plannedSessions(job, hosts.length),
    ...plannedObjects(job, measured, pages),
    ...(measured.recrawl === undefined
      ? {}
      : { recrawl: { unitsPerPage: measured.recrawl.unitsPerPage, newShare: 1, changedShare: 0 } }),
    ...plannedBrowser(measured, settings),
    sample: measured.perPage,
    worker: workerCapacity(job, settings),
  };
}

/** A stack that has no browser yet would get one as it is by default: without it the job is refused, which is said apart. */
function plannedBrowser({ inBrowser }: Measured, settings: Settings['aws']): Pick<RunPlan, 'browser'> {
  return inBrowser === undefined
    ? {}
    : { browser: { ...inBrowser, ...(settings.browser ?? browserSettings.parse({})) } };
}

/** What is kept in the bucket besides outcomes and items. */
function plannedObjects(
  { limits }: Job,
  { keptBytesPerPage, filesPerPage = 0 }: Measured,
  pages: number,
): Pick<RunPlan, 'keptBytesPerPage' | 'files'> {
  const files = Math.min(limits.maxFiles, Math.ceil(filesPerPage * pages));
  return {
    ...(keptBytesPerPage === undefined ? {} : { keptBytesPerPage }),
    ...(files === 0 ? {} : { files }),
  };
}

/** The capacity of a deployment with these settings. */
export function workerCapacity(job: Job, settings: Settings['aws']): WorkerCapacity {
  const { horizonMs, maxWaitMs } = engineLimits(settings);
  return {
    memoryMb: settings.workerMemoryMb,
    maxConcurrency: settings.maxConcurrency,
    concurrencyPerHost: job.fetch.concurrencyPerHost,
    horizonMs,
    maxWaitMs,
  };
}

/** The pages are spread over the hosts as the URLs known so far are. */
function hostLoads(facts: PlanFacts, limits: Parameters<typeof batchSizeFor>[1]): HostLoad[] {
  const { job, measured, files, expected, gapOf, paceOf } = facts;
  const { maxPagesPerHost = Number.POSITIVE_INFINITY } = job.limits;
  const urls = new Map<string, number>();
  for (const { hosts } of [measured.listed, files, measured.found]) {
    for (const [host, count] of hosts) urls.set(host, (urls.get(host) ?? 0) + count);
  }
  // A run cannot have more hosts than pages.
  const chosen = [...urls]
    .slice(0, Math.max(1, expected.pages))
    .map(([host, count]): [string, number] => [host, Math.min(count, maxPagesPerHost)]);
  const total = chosen.reduce((sum, [, count]) => sum + count, 0);
  const ofGroups = new Map<string, number>();
  for (const [host, count] of chosen) {
    ofGroups.set(paceOf(host), (ofGroups.get(paceOf(host)) ?? 0) + count);
  }
  return chosen.map(([host, count]) => {
    const gapMs = gapOf(host);
    // Between two turns of a host are those of the others that it shares the pace with.
    const share = (ofGroups.get(paceOf(host)) ?? count) / count;
    return {
      pages: (expected.pages * count) / total,
      turnMs: (gapMs + slackFor(gapMs)) * share,
      largestBatch: batchSizeFor(gapMs, limits),
    };
  });
}

/** Pages named by sources form batches in the order of the list; other pages form batches as in the sample. */
function pagesPerBatch({ measured, files, expected }: PlanFacts): number {
  const named = countOf(measured.listed) + countOf(files);
  const batchesPerNamed = named === 0 ? 0 : (measured.listed.batches + files.batches) / named;
  const found = countOf(measured.found);
  const batchesPerFound = found === 0 ? batchesPerNamed : measured.found.batches / found;
  const pagesNamed = Math.min(expected.pages, named * sitemapFactor(measured));
  const batches = pagesNamed * batchesPerNamed + (expected.pages - pagesNamed) * batchesPerFound;
  return batches === 0 ? 1 : expected.pages / batches;
}

/** URLs per page that are checked for admission, although the limit refuses them: each check is billed. */
function discoveredPerPage({ perPage }: Measured, hosts: HostLoad[], pages: number): number {
  return hosts.reduce((sum, host) => sum + discoveredUrls(perPage, host.pages), 0) / pages;
}
