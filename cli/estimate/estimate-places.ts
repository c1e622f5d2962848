import { engineLimits } from '../../functions/limits.ts';
import { type Estimate, estimateRun } from '../../shared/cost/estimate.ts';
import type { HostLoad } from '../../shared/cost/run-plan.ts';
import { add } from '../../shared/engine/counts.ts';
import { batchSizeFor, slackFor } from '../../shared/engine/pace.ts';
import type { Reason } from '../../shared/errors.ts';
import type { LoadedJob } from '../../shared/job/load.ts';
import type { Settings } from '../../shared/job/settings-schema.ts';
import type { PageFact } from '../../shared/model.ts';
import { isHeldUp } from '../../shared/observe/run-view.ts';
import { localFiles } from '../../shared/sources/local-file.ts';
import { type PlacesPlan, planPlaces } from '../../shared/sources/places/plan.ts';
import type { Output } from '../output.ts';
import { type CountedCells, estimateSource, type SourceEstimate } from './estimate-source.ts';
import { type SampleRun, takeSample } from './take-sample.ts';

/** What the places sources of a job would ask, and what Google bills for it. */
export interface PlacesEstimate {
  sources: SourceEstimate[];
  /** US dollars that Google bills, at least where a source says so. */
  googleUsd: number;
  /** Some of it could not be counted. */
  isLowerBound: boolean;
  /** Places named by the count, each once; unknown of what is not counted beforehand. */
  places: number | undefined;
  durationMs: number;
  /** The run on AWS, Google's bill not in it. */
  aws: Estimate;
  isInterrupted: boolean;
  /** Why the count was given up: a key that is refused, a quota used up. */
  heldUp?: Reason;
}

/** Home page and two more, at most; and about as many of the places have a website. */
const pagesPerSite = 3;

/**
 * Counts what a run would find by searching for ids alone, which Google does not bill, within the run's own pace, and
 * tells from that the requests that it bills. What cannot be counted so is told as what it begins with.
 */
export async function estimatePlaces(
  output: Output,
  settings: Settings,
  loaded: LoadedJob,
  timeLimitMs: number,
): Promise<PlacesEstimate> {
  const plans = [...(await planPlaces(loaded.job, localFiles(loaded.baseDir))).values()];
  const counted = plans.filter(isCountable);
  const count =
    counted.length === 0 ? noCount : await countPlaces(output, settings, loaded, counted, timeLimitMs);
  const sources = plans.map((plan) => estimateSource(plan, count.cells.get(plan.index)));
  const places = counted.length < plans.length ? undefined : count.places;
  const aws = estimateRun(awsPlan(settings, loaded, sources, places ?? 0, plans));
  return {
    sources,
    googleUsd: sources.flatMap(({ bills }) => bills).reduce((sum, { usd }) => sum + usd, 0),
    isLowerBound: sources.some(({ known }) => known !== 'counted'),
    places,
    durationMs: Math.max(
      ...plans.map((plan, index) => (sources[index]?.requests ?? 0) * gapOf(plan, loaded)),
    ),
    aws,
    isInterrupted: count.isInterrupted,
    ...(count.heldUp === undefined ? {} : { heldUp: count.heldUp }),
  };
}

interface Count {
  /** By index of the source. */
  cells: Map<number, CountedCells>;
  places: number;
  isInterrupted: boolean;
  heldUp?: Reason | undefined;
}

const noCount: Count = { cells: new Map(), places: 0, isInterrupted: false };

function isCountable({ bill, source, areas }: PlacesPlan): boolean {
  return bill?.count.microUsd === 0 && source.search === 'text' && areas.length > 0;
}

/** A run within it pays for no request. */
const nothing = 1e-9;

/** A run of the same cells for the ids alone; its outcomes tell what each cell holds. */
async function countPlaces(
  output: Output,
  settings: Settings,
  loaded: LoadedJob,
  plans: PlacesPlan[],
  timeLimitMs: number,
): Promise<Count> {
  const { job } = loaded;
  const sources = plans.map(({ index }) => {
    const { filter: _, placeIds: _ids, ...places } = job.sources[index]?.places ?? failed(index);
    return { places: { ...places, fields: ['placeId' as const], onlyNew: false } };
  });
  const counting: LoadedJob = {
    ...loaded,
    job: { ...job, sources, limits: { maxPages: job.limits.maxPages, budgetUsd: nothing } },
  };
  const measure = async ({ store, run, counts, isInterrupted }: SampleRun): Promise<Count> => {
    const cells = new Map<number, CountedCells>(
      plans.map(({ index }) => [index, { facts: [], failures: {}, retries: {} }]),
    );
    for await (const { pages } of store.outcomes.list(run.id)) {
      for (const fact of pages) noteCell(cells.get(plans[fact.source ?? -1]?.index ?? -1), fact);
    }
    const heldUp = isHeldUp(run) ? run.reason : undefined;
    return { cells, places: counts['place:admitted'] ?? 0, isInterrupted, heldUp };
  };
  return takeSample(output, counting, { settings, pages: job.limits.maxPages, timeLimitMs }, measure);
}

function noteCell(counted: CountedCells | undefined, { kind, end, cell, code }: PageFact): void {
  if (counted === undefined || kind !== 'cell') return;
  if (cell !== undefined) counted.facts.push(cell);
  if (code !== undefined && end !== 'stored') add(counted[end === 'retry' ? 'retries' : 'failures'], code);
}

function failed(index: number): never {
  throw new Error(`source ${index} has no places`);
}

function gapOf({ bill, source }: PlacesPlan, { job }: LoadedJob): number {
  return bill === undefined ? job.politeness.gapMs : 60_000 / source.perMinute;
}

/** Places and websites as pages of hosts of their own, with figures of typical answers. */
function awsPlan(
  settings: Settings,
  { job }: LoadedJob,
  sources: SourceEstimate[],
  places: number,
  plans: PlacesPlan[],
): Parameters<typeof estimateRun>[0] {
  const limits = engineLimits(settings.aws);
  const host = (pages: number, gapMs: number): HostLoad => ({
    pages,
    turnMs: gapMs + slackFor(gapMs),
    largestBatch: batchSizeFor(gapMs, limits),
  });
  const sites = plans.some(({ needsSite }) => needsSite) ? places : 0;
  const services = plans.map((plan, index) =>
    host(sources[index]?.requests ?? 0, gapOf(plan, { job } as LoadedJob)),
  );
  const siteHosts = Array.from({ length: sites }, () => host(pagesPerSite, job.politeness.gapMs));
  return {
    hosts: [...services, host(places, 0), ...siteHosts].filter(({ pages }) => pages > 0),
    pagesPerBatch: pagesPerSite,
    isCrawl: false,
    urlsPerPage: 1,
    sourceBatches: 1,
    obeysRobots: job.politeness.robots === 'obey',
    watchesCounts: job.limits.budgetUsd !== undefined,
    sample: typicalSample,
    worker: {
      memoryMb: settings.aws.workerMemoryMb,
      maxConcurrency: settings.aws.maxConcurrency,
      concurrencyPerHost: job.fetch.concurrencyPerHost,
      horizonMs: limits.horizonMs,
      maxWaitMs: limits.maxWaitMs,
    },
  };
}

/** Of the stand-in's answers; real ones are of the same size. */
const typicalSample = {
  pagesPerHost: pagesPerSite,
  fetchesPerPage: 1,
  fetchMs: 300,
  linksPerPage: 0,
  newUrlsPerPage: 0,
  outcomeBytesPerPage: 400,
  itemBytesPerPage: 300,
  requestBytes: 1_200,
};
