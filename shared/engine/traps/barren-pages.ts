import type { QuotaRequest } from '../../coordination/ports.ts';
import { type Counts, type Outcome, type PageFact, type PageRequest, stateOfItem } from '../../model.ts';
import { isPage } from '../../sources/sources.ts';
import { add } from '../counts.ts';
import { areOfOneFamily, type FamilyId, familyOf, monthsOfDays, shapeOfFamily } from './families.ts';

/** What the pages of an outcome that belong to families came to. */
export interface FamilyFindings {
  /** By their URLs. */
  pages: ReadonlyMap<string, FamilyPage>;
  /** What is taken of the quota of each family: pages that are watched and barren. One that gave something returns some. */
  requests: QuotaRequest[];
}

interface FamilyPage {
  family: FamilyId;
  /** Of one that led on to nothing but others of its family, and gave no item: how many such pages led to it. */
  steps?: number;
}

const nothingFound: FamilyFindings = { pages: new Map(), requests: [] };

/** The quota of a family's barren pages. */
export function quotaOfFamily(family: FamilyId): string {
  return `trap:${family}`;
}

/**
 * A page of a family is barren that gave no complete item, and whose new links all belong to its family; one without new links leads
 * nowhere. `own`: the links that the outcome's batch brought into the run, whatever the limits left of them. A function of the
 * outcome and of who owns its links.
 */
export function findBarren({ pages, items }: Outcome, own: PageRequest[]): FamilyFindings {
  const found = pages.filter(({ family, end }) => family !== undefined && end === 'stored');
  if (found.length === 0) return nothingFound;
  const links = Map.groupBy(own, ({ referrer = '' }) => referrer);
  const giving = new Set(items.filter((item) => stateOfItem(item) === 'complete').map(({ url }) => url));
  const ofFamilies = new Map<string, FamilyPage>();
  const taken: Counts = {};
  for (const fact of found) {
    const { url, family = '', barrenSteps = 0 } = fact;
    const result = giving.has(url) ? 'something' : resultOf(fact, links.get(url) ?? []);
    ofFamilies.set(url, result === 'barren' ? { family, steps: barrenSteps } : { family });
    if (barrenSteps > 0) takeOf(taken, { family, steps: barrenSteps, result });
  }
  return {
    pages: ofFamilies,
    requests: Object.entries(taken).flatMap(([family, wanted]) =>
      wanted === 0 ? [] : [{ name: quotaOfFamily(family), wanted, limit: shapeOfFamily(family).maxBarren }],
    ),
  };
}

type Result = 'something' | 'barren' | 'end';

/** What a watched page takes of the quota of its family, or returns to it: a day that gave something, to that of the months too. */
function takeOf(
  taken: Counts,
  { family, steps, result }: { family: FamilyId; steps: number; result: Result },
): void {
  const { countsEnds, returns } = shapeOfFamily(family);
  const months = monthsOfDays(family);
  if (result === 'something') {
    add(taken, family, -returns(steps));
    if (months !== undefined) add(taken, months, -1);
  } else if (result === 'barren' || countsEnds) add(taken, family, 1);
}

function resultOf({ url, family = '' }: PageFact, links: PageRequest[]): Result {
  const isOfFamily = (link: PageRequest) => {
    const own = familyOfLink(link, url);
    return own !== undefined && areOfOneFamily(own, family);
  };
  if (!links.every(isOfFamily)) return 'something';
  return links.length > 0 ? 'barren' : 'end';
}

function familyOfLink({ kind, url }: PageRequest, from: string): FamilyId | undefined {
  return isPage(kind) ? familyOf(url, from) : undefined;
}

/**
 * The requests; those that `spareTraps` looks at, with their family and how many barren pages lie behind them: those that a barren
 * page led to, and of a calendar all days, since a month that has an event has empty days.
 */
export function markWatched(requests: PageRequest[], { pages }: FamilyFindings): PageRequest[] {
  if (pages.size === 0) return requests;
  return requests.map((request) => {
    const from = pages.get(request.referrer ?? '');
    const family = from === undefined ? undefined : familyOfLink(request, request.referrer ?? '');
    if (from === undefined || family === undefined || !areOfOneFamily(family, from.family)) return request;
    const isWatched = from.steps !== undefined || monthsOfDays(family) !== undefined;
    return isWatched ? { ...request, barrenFamily: family, barrenSteps: (from.steps ?? 0) + 1 } : request;
  });
}
