import type { QuotaRequest } from '../../coordination/ports.ts';
import { type Outcome, type PageFact, type PageRequest, stateOfItem } from '../../model.ts';
import { isPage } from '../../sources/sources.ts';
import { type FamilyId, familyOf, shapeOfFamily } from './families.ts';

/** What the pages of an outcome that belong to families came to. */
export interface FamilyFindings {
  /** Families of pages that led on to nothing but others of the family, and gave no item, by the pages' URLs. */
  barren: ReadonlyMap<string, FamilyId>;
  /** What is taken of the quota of each family: pages that were led to by a barren one, and are barren too, less those that gave something. */
  requests: QuotaRequest[];
}

const nothingFound: FamilyFindings = { barren: new Map(), requests: [] };

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
  const watched = pages.filter(({ family, end }) => family !== undefined && end === 'stored');
  if (watched.length === 0) return nothingFound;
  const links = Map.groupBy(own, ({ referrer = '' }) => referrer);
  const giving = new Set(items.filter((item) => stateOfItem(item) === 'complete').map(({ url }) => url));
  const barren = new Map<string, FamilyId>();
  const taken = new Map<FamilyId, number>();
  for (const fact of watched) {
    const { url, family = '', fromBarren } = fact;
    const result = giving.has(url) ? 'something' : resultOf(fact, links.get(url) ?? []);
    if (result === 'barren') barren.set(url, family);
    const isUncounted = result === 'end' && !shapeOfFamily(family).countsEnds;
    if (fromBarren !== true || isUncounted) continue;
    taken.set(family, (taken.get(family) ?? 0) + (result === 'something' ? -1 : 1));
  }
  return {
    barren,
    requests: [...taken].flatMap(([family, wanted]) =>
      wanted === 0 ? [] : [{ name: quotaOfFamily(family), wanted, limit: shapeOfFamily(family).maxBarren }],
    ),
  };
}

function resultOf({ url, family }: PageFact, links: PageRequest[]): 'something' | 'barren' | 'end' {
  if (links.some((link) => !isOfFamily(link, url, family))) return 'something';
  return links.length > 0 ? 'barren' : 'end';
}

function isOfFamily({ kind, url }: PageRequest, from: string, family: FamilyId | undefined): boolean {
  return isPage(kind) && familyOf(url, from) === family;
}

/** The requests, with the family of those that a barren page of it led to: `spareTraps` looks at it before they are sent. */
export function markWatched(requests: PageRequest[], { barren }: FamilyFindings): PageRequest[] {
  if (barren.size === 0) return requests;
  return requests.map((request) => {
    const family = barren.get(request.referrer ?? '');
    const isWatched = family !== undefined && isOfFamily(request, request.referrer ?? '', family);
    return isWatched ? { ...request, barrenFamily: family } : request;
  });
}
