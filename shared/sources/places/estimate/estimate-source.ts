import type { Reason } from '../../../errors.ts';
import type { PlacesSource } from '../../../job/schema.ts';
import type { CellFact, Counts } from '../../../model.ts';
import { measureCoverage } from '../../../places/coverage/coverage.ts';
import type { FreeRequests } from '../../../places/free-requests.ts';
import type { Sku } from '../../../places/skus.ts';
import { firstCellRequests } from '../cell-requests.ts';
import { reviewsPerPage } from '../listing/reviews-request.ts';
import type { Bill, PlacesPlan } from '../plan.ts';

/** The requests that one places source of a job would make. */
export interface EstimateOfSource {
  source: PlacesSource['source'];
  /**
   * `counted`: by a free search, or named by the job. `begun`: the count did not come to its end. `nothing`: it came
   * to nothing at all. `unknown`: it cannot be counted for free.
   */
  known: 'counted' | 'begun' | 'nothing' | 'unknown';
  /** Of the area, 0 to 1, by the count. */
  shareCounted: number;
  /** Codes of the count's searches that failed, and of those that were retried or due to be. */
  failures: Counts;
  retries: Counts;
  bills: { sku: Sku; requests: number; usd: number }[];
  /** All requests to the service, free ones included; at least, where it is asked for reviews. */
  requests: number;
  /** Of a job that takes reviews, requests for those of one place: a list of 20 each. `most`: by `maxPerPlace`. */
  reviews?: { least: number; most?: number };
}

/** The requests that the places sources of a job would make, and what Google bills for them. */
export interface PlacesEstimate {
  sources: EstimateOfSource[];
  /** US dollars that Google bills, at least where a source says so. */
  googleUsd: number;
  /** Of these requests, what Google's free ones of this month cover at most: other use of the billing account is not known. */
  free: FreeRequests;
  /** Some of it could not be counted. */
  isLowerBound: boolean;
  /** Places named by the count, each once; unknown of what is not counted beforehand. */
  places: number | undefined;
  durationMs: number;
}

/** How the count ended, where it did not come to its end. */
export interface CountEnd {
  isInterrupted: boolean;
  heldUp?: Reason | undefined;
}

/** The result of a source's count. */
export interface CountedCells {
  facts: CellFact[];
  failures: Counts;
  retries: Counts;
}

/** Results of one answer; https://developers.google.com/maps/documentation/places/web-service/text-search */
const placesPerPage = 20;

/**
 * `counted` is absent of a source that cannot be counted for free: its first requests are reported instead. `linked`: places that its lists
 * name.
 */
export function estimateSource(
  plan: PlacesPlan,
  counted: CountedCells | undefined,
  linked: number,
): EstimateOfSource {
  const { source, bill, areas } = plan;
  const facts = counted?.facts ?? [];
  const named = (source.placeIds?.length ?? 0) + linked;
  const searches = counted === undefined ? firstCellRequests(plan).length : pagesOf(facts.filter(isLeaf), 0);
  const { share } = measureCoverage(facts, areas).total;
  return {
    source: source.source,
    known: areas.length === 0 ? 'counted' : counted === undefined ? 'unknown' : knownBy(facts, share.open),
    shareCounted: areas.length === 0 ? 1 : share.whole + share.saturated,
    failures: counted?.failures ?? {},
    retries: counted?.retries ?? {},
    bills: bill === undefined ? [] : [...billed(bill.search, searches), ...billed(bill.details, named)],
    requests: searches + pagesOf(facts, 1) + named + (source.reviews === undefined ? 0 : named),
    ...reviewRequests(source.reviews?.maxPerPlace, source.reviews !== undefined),
  };
}

function reviewRequests(
  maxPerPlace: number | undefined,
  areTaken: boolean,
): Pick<EstimateOfSource, 'reviews'> {
  if (!areTaken) return {};
  const most = maxPerPlace === undefined ? {} : { most: Math.ceil(maxPerPlace / reviewsPerPage) };
  return { reviews: { least: 1, ...most } };
}

/** Without a fact, nothing is known, however small the area. */
function knownBy(facts: CellFact[], shareOpen: number): EstimateOfSource['known'] {
  const isAnswered = ({ end }: CellFact) => end !== 'failed' && end !== 'skipped';
  if (!facts.some(isAnswered)) return 'nothing';
  return facts.every(isAnswered) && shareOpen === 0 ? 'counted' : 'begun';
}

function isLeaf({ end }: CellFact): boolean {
  return end === 'whole' || end === 'saturated';
}

function pagesOf(facts: CellFact[], atLeast: number): number {
  return facts.reduce((sum, { found }) => sum + Math.max(atLeast, Math.ceil(found / placesPerPage)), 0);
}

function billed({ sku, microUsd }: Bill, requests: number): EstimateOfSource['bills'] {
  return requests === 0 ? [] : [{ sku, requests, usd: (microUsd * requests) / 1e6 }];
}
