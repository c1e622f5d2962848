import type { Job } from '../../../job/schema.ts';
import type { Counts, PageFact } from '../../../model.ts';
import { areInOneMonth, freeRequests } from '../../../places/free-requests.ts';
import type { CountingRun, EstimatePlan, PlanEstimate, SourceEstimate } from '../../ahead-parts.ts';
import type { PageSample } from '../../page-sample.ts';
import { countLinks } from '../place-links.ts';
import { type PlacesPlan, planPlaces } from '../plan.ts';
import { areasPicture } from './areas-picture.ts';
import {
  type CountedCells,
  type EstimateOfSource,
  estimateSource,
  type PlacesEstimate,
} from './estimate-source.ts';
import { budgetLines, onlyNewLines, placesEstimateLines } from './estimate-text.ts';

/** The home page and two more at most: an upper bound, which also covers the places without a website. */
const pagesPerSite = 3;

/**
 * Counts what a run would find by searching for ids alone, which Google does not bill, within the run's own pace, and
 * derives from that the requests that it bills. What cannot be counted so is described by what it begins with.
 */
export const planPlacesEstimate: PlanEstimate = async (job, openFile): Promise<EstimatePlan> => {
  const plans = [...(await planPlaces(job, openFile)).values()];
  const counted = plans.filter(isCountable);
  const linked = await Promise.all(plans.map((plan) => countLinks(plan, openFile)));
  const cells = counted.map((): CountedCells => ({ facts: [], failures: {}, retries: {} }));
  return {
    counting: counted.length === 0 ? undefined : countingJob(job, counted),
    note: (fact) => noteCell(cells[fact.source ?? -1], fact),
    sharesBill: (startedAt) => areInOneMonth(startedAt, Date.now()),
    conclude(count, before) {
      const byIndex = new Map(counted.map(({ index }, at) => [index, cells[at]]));
      const sources = plans.map((plan, at) => estimateSource(plan, byIndex.get(plan.index), linked[at] ?? 0));
      return conclude(job, plans, { sources, cells: byIndex }, count, before);
    },
  };
};

function isCountable({ bill, source, areas }: PlacesPlan): boolean {
  return bill?.count.microUsd === 0 && source.search === 'text' && areas.length > 0;
}

/** A budget below the price of any request: the run may make free requests only. */
const nothing = 1e-9;

/**
 * A run of the same searches that cannot pay: it counts the places of each cell, by the same filters, and is skipped where it
 * would read them. What is free anyway is read.
 */
function countingJob(job: Job, plans: PlacesPlan[]): Job {
  const sources = plans.map(({ source, countsFirst }) => {
    const { placeIds: _, links: _links, linkFile: _file, ...searched } = source;
    const places = { ...searched, onlyNew: false };
    // Where the prices of the job call it free to read places, Google may not.
    return { places: countsFirst ? places : { ...places, fields: ['placeId' as const], filter: undefined } };
  });
  return {
    ...job,
    sources,
    limits: { maxPages: job.limits.maxPages, maxFiles: job.limits.maxFiles, budgetUsd: nothing },
  };
}

function noteCell(counted: CountedCells | undefined, { kind, end, cell, code }: PageFact): void {
  if (counted === undefined || kind !== 'cell') return;
  const isCounted = code === 'LIMIT_BUDGET';
  if (cell !== undefined) counted.facts.push(isCounted ? { ...cell, end: 'whole' } : cell);
  if (isCounted) return;
  if (code !== undefined && end !== 'stored') add(counted[end === 'retry' ? 'retries' : 'failures'], code);
}

function add(counts: Counts, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function conclude(
  job: Job,
  plans: PlacesPlan[],
  { sources, cells }: { sources: EstimateOfSource[]; cells: Map<number, CountedCells | undefined> },
  end: CountingRun,
  before: Counts,
): SourceEstimate {
  const places = cells.size < plans.length ? undefined : countPlaces([...cells.values()]);
  const bills = sources.flatMap((source) => source.bills);
  const requestsOf = (index: number) => sources[index]?.requests ?? 0;
  const gaps = plans.map((plan) => gapOf(plan, job));
  const estimate: PlacesEstimate = {
    sources,
    googleUsd: bills.reduce((sum, { usd }) => sum + usd, 0),
    free: freeRequests(bills, before),
    isLowerBound: sources.some(({ known }) => known !== 'counted'),
    places,
    durationMs: Math.max(...gaps.map((gapMs, index) => requestsOf(index) * gapMs)),
  };
  return {
    figures: estimate,
    hosts: [
      ...gaps.map((gapMs, index) => ({ pages: requestsOf(index), gapMs })),
      ...hostsOfPlaces(job, plans, places ?? 0),
    ],
    pagesPerBatch: pagesPerSite,
    sample: typicalSample,
    isFailed: sources.some(({ known }) => known === 'nothing'),
    lines: (awsUsd) => placesEstimateLines(job, estimate, end, awsUsd),
    hints: (awsUsd) => [...budgetLines(job, estimate, awsUsd), ...onlyNewLines(plans)],
    pictures: () => plans.flatMap((plan) => areasPicture(plan, cells.get(plan.index)?.facts)),
  };
}

/** Each once, whatever cells and sources named it. */
function countPlaces(cells: (CountedCells | undefined)[]): number {
  const named = cells.flatMap((counted) => counted?.facts ?? []).flatMap((fact) => fact.named ?? []);
  return new Set(named).size;
}

function gapOf({ bill, source }: PlacesPlan, { politeness }: Job): number {
  return bill === undefined ? politeness.gapMs : 60_000 / source.perMinute;
}

/** Places and websites as pages of hosts of their own. */
function hostsOfPlaces(job: Job, plans: PlacesPlan[], places: number): SourceEstimate['hosts'] {
  const sites = plans.some(({ needsSite }) => needsSite) ? places : 0;
  const siteHosts = Array.from({ length: sites }, () => {
    return { pages: pagesPerSite, gapMs: job.politeness.gapMs };
  });
  return [{ pages: places, gapMs: 0 }, ...siteHosts];
}

/** Measured with the stand-in's answers, which are as large as real ones. */
const typicalSample: PageSample = {
  pagesPerHost: pagesPerSite,
  fetchesPerPage: 1,
  fetchMs: 300,
  linksPerPage: 0,
  newUrlsPerPage: 0,
  outcomeBytesPerPage: 400,
  itemBytesPerPage: 300,
  requestBytes: 1_200,
};
