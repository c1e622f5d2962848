import { openPaceGroups } from '../../shared/engine/turns/pace-groups.ts';
import { statedDelayMs } from '../../shared/engine/turns/robots-gate.ts';
import { type Code, explainCode, HaltError } from '../../shared/errors.ts';
import type { LoadedJob } from '../../shared/job/load.ts';
import { pageOrderOf } from '../../shared/job/page-order.ts';
import { labelsWithRoutes } from '../../shared/job/render-schema.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { Settings } from '../../shared/job/settings-schema.ts';
import type { PageFact, PageRequest, RobotsRecord } from '../../shared/model.ts';
import { kindOf, sourceOfPage } from '../../shared/sources/sources.ts';
import type { Output } from '../output.ts';
import { countFiles } from './count-listed.ts';
import { type ExpectedPages, expectedPages } from './expected-pages.ts';
import { type Measured, measureSample } from './measure-sample.ts';
import { type Estimate, estimateRun } from './model/estimate.ts';
import type { RunPlan } from './model/run-plan.ts';
import { planRun } from './plan-run.ts';
import { type SampleRun, takeSample } from './take-sample.ts';

export interface EstimateBounds {
  /** Pages of the sample. */
  sample: number;
  /** Milliseconds for the sample. */
  timeLimitMs: number;
  /** Pages of the run, where the user knows. */
  pages: number | undefined;
}

export interface JobEstimate {
  estimate: Estimate;
  expected: ExpectedPages;
  measured: Measured;
  /** The host whose turns take longest, and the milliseconds between two requests to it. */
  slowest: { host: string; gapMs: number };
  /** What passes through proxies, of a job that has some: of the run's pages, by those of the sample. */
  proxies?: ProxyEstimate;
  /** Of a job that recrawls: what a second run costs. */
  again?: SecondRun;
  isInterrupted: boolean;
}

/** Between these lies a second run: nobody knows before how many of the pages will have changed. */
export interface SecondRun {
  /** If no page has changed, and if each has. */
  unchangedUsd: number;
  changedUsd: number;
  /** The share of the sample's pages that can be asked for conditionally; the others are fetched whole. */
  validatedShare: number;
  /** Of a job with `recrawl.budget`, of so many known pages: those that a run asks for, once one has ended. */
  duePages?: number;
}

export interface ProxyEstimate {
  bytes: number;
  /** By `proxies.pricePerGb`; 0 without it. */
  costUsd: number;
}

/** What a sample came to. */
type SampleEnd = Pick<Sampled, 'isWhole' | 'isInterrupted'> & {
  measured: Pick<Measured, 'pages' | 'failures'>;
};

interface Sampled {
  measured: Measured;
  gaps: Map<string, number>;
  /** Of all pages of the sample, both ways. */
  proxyBytes: number;
  isWhole: boolean;
  isInterrupted: boolean;
}

/**
 * What a run of the job on AWS would take and cost, from a sample run on this machine. Throws `HaltError`
 * SAMPLE_FAILED when no page of it could be fetched, or what was fetched is none, and what starting a run throws.
 */
export async function estimateJob(
  output: Output,
  settings: Settings,
  loaded: LoadedJob,
  bounds: EstimateBounds,
): Promise<JobEstimate> {
  const { job } = loaded;
  const { batchSize } = settings.aws;
  const files = await countFiles(loaded, batchSize);
  const sampled = await sampleJob(output, settings, loaded, bounds);
  const { measured, gaps, isWhole, isInterrupted } = sampled;
  // Answers that are redirects or failures, all of them, say nothing of pages.
  if (measured.fetched === 0 || measured.failed === measured.pages) throw nothingFetched(sampled);
  const expected = expectedPages({ job, measured, files, given: bounds.pages, isWhole });
  // Addresses are not looked up for a forecast: their hosts are taken to have one each.
  const groups = await openPaceGroups(job.politeness, { startedAt: Date.now() });
  const paceOf = (host: string) => groups?.batchesOf(host) ?? host;
  const ofGroups = new Map<string, number>();
  for (const [host, gapMs] of gaps) {
    ofGroups.set(paceOf(host), Math.max(gapMs, ofGroups.get(paceOf(host)) ?? 0));
  }
  const gapOf = (host: string) => ofGroups.get(paceOf(host)) ?? job.politeness.gapMs;
  const plan = planRun({ job, settings: settings.aws, measured, files, expected, gapOf, paceOf });
  const slowest = slowestOf([measured.listed, files, measured.found], gapOf, paceOf);
  const proxies = proxiesOf(job, sampled, expected.pages);
  const again = secondRun(plan, measured, duePagesOf(job, expected));
  return { estimate: estimateRun(plan), expected, measured, slowest, ...proxies, ...again, isInterrupted };
}

function duePagesOf({ recrawl }: Job, { pages }: ExpectedPages): Pick<SecondRun, 'duePages'> {
  return recrawl?.budget === undefined ? {} : { duePages: Math.min(pages, recrawl.budget) };
}

function secondRun(
  plan: RunPlan,
  { recrawl }: Measured,
  due: Pick<SecondRun, 'duePages'>,
): Pick<JobEstimate, 'again'> {
  if (recrawl === undefined) return {};
  const { unitsPerPage, validatedShare } = recrawl;
  const usdIf = (changedShare: number) =>
    estimateRun({ ...plan, recrawl: { unitsPerPage, newShare: 0, changedShare } }).cost.totalUsd;
  return { again: { unchangedUsd: usdIf(0), changedUsd: usdIf(1), validatedShare, ...due } };
}

/** What passes through proxies in a run of so many pages, by what did in the sample. */
export function proxiesOf(
  { proxies }: Pick<Job, 'proxies'>,
  { measured, proxyBytes }: { measured: Pick<Measured, 'pages'>; proxyBytes: number },
  pages: number,
): Pick<JobEstimate, 'proxies'> {
  if (proxyBytes === 0 || measured.pages === 0) return {};
  const bytes = Math.round((proxyBytes / measured.pages) * pages);
  return { proxies: { bytes, costUsd: (bytes * (proxies?.pricePerGb ?? 0)) / 1e9 } };
}

/** A sample of the job; if reading its sitemaps took all the time, a second sample, of the pages that they name. */
async function sampleJob(
  output: Output,
  settings: Settings,
  loaded: LoadedJob,
  { sample: pages, timeLimitMs }: EstimateBounds,
): Promise<Sampled> {
  const options = { settings, pages, timeLimitMs };
  const { batchSize } = settings.aws;
  const measure = (run: SampleRun) => measureRun(run, loaded.job, batchSize);
  const sampled = await takeSample(output, loaded, options, measure);
  const { measured } = sampled;
  const isCutShort = measured.fetched === 0 && measured.sitemaps.read > 0;
  if (!isCutShort || measured.named.length === 0 || sampled.isInterrupted) return sampled;
  output.note('the sitemaps took all the time: another sample, of pages they name');
  const named = measured.named.slice(0, pages);
  const again = await takeSample(output, jobOf(loaded, named), options, measure);
  const { listed, sitemaps } = measured;
  return { ...again, isWhole: false, measured: { ...again.measured, listed, sitemaps } };
}

function jobOf(loaded: LoadedJob, named: PageRequest[]): LoadedJob {
  const sources = named.map(({ url, label }) => sourceOfPage(url, label));
  return { ...loaded, job: { ...loaded.job, sources } };
}

async function measureRun(
  { store, run, counts, isOver, isInterrupted }: SampleRun,
  job: Job,
  batchSize: number,
): Promise<Sampled> {
  const measured = await measureSample(store.outcomes.list(run.id), batchSize, browserPagesOf(job));
  const gaps = new Map<string, number>();
  for (const host of [...measured.listed.hosts.keys(), ...measured.found.hosts.keys()].slice(
    0,
    maxHostsAsked,
  )) {
    const { learnedGapMs = 0, robots } = await store.ledger.readHost(host);
    const { gapMs, slowDown } = job.politeness;
    gaps.set(host, Math.max(gapMs, delayOf(job, robots), slowDown ? learnedGapMs : 0));
  }
  const isWhole = isOver && !isInterrupted && (counts['refused:limit'] ?? 0) === 0;
  return { measured, gaps, proxyBytes: counts['proxyBytes'] ?? 0, isWhole, isInterrupted };
}

/** Whether functions with a browser would fetch a page: of a job with priorities all, since it is not known before which are drawn. */
function browserPagesOf(job: Job): (page: Pick<PageFact, 'label' | 'kind'>) => boolean {
  const labels = labelsWithRoutes(job.pages);
  if (labels.size === 0) return () => false;
  if (pageOrderOf(job) !== undefined) return () => true;
  return ({ label, kind }) => labels.has(label) && kindOf({ kind }).reads === 'document';
}

/** The maximum number of hosts whose gaps are read; all others are taken to have the job's gap. */
const maxHostsAsked = 10_000;

function delayOf({ politeness }: Job, robots: RobotsRecord | undefined): number {
  return politeness.robots === 'ignore' ? 0 : statedDelayMs(robots, politeness);
}

/** The host, or the group that shares a pace, whose turns take longest, and the gap between them. */
export function slowestOf(
  lists: { hosts: Map<string, number> }[],
  gapOf: (host: string) => number,
  paceOf: (host: string) => string,
) {
  let slowest = { host: '', gapMs: 0, turnsMs: -1 };
  const named = lists.flatMap(({ hosts }) => [...hosts]);
  for (const [group, members] of Map.groupBy(named, ([host]) => paceOf(host))) {
    const pages = members.reduce((sum, [, count]) => sum + count, 0);
    const [host = group] = members[0] ?? [];
    const gapMs = gapOf(host);
    if (pages * gapMs > slowest.turnsMs) slowest = { host: group, gapMs, turnsMs: pages * gapMs };
  }
  return { host: slowest.host, gapMs: slowest.gapMs };
}

/** Why a sample says nothing. */
export function nothingFetched({ measured, isWhole, isInterrupted }: SampleEnd): HaltError {
  const { failures, pages } = measured;
  const codes = [...failures].map(([code, count]) => `${code} ${count}`).join(', ');
  const down = [...failures.keys()].map((code) => explainCode(code as Code).happened);
  const missed = isInterrupted ? 'it was interrupted' : 'none was reached in time';
  const found = isWhole ? 'the sources lead to no page of the job' : missed;
  const why =
    pages === 0
      ? found
      : `${pages} ended without a page${codes === '' ? '' : `: ${codes}. ${down.join(' ')}`}`;
  return new HaltError('SAMPLE_FAILED', `no page of the sample was read: ${why}`);
}
