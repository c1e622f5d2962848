import type { Counts, PageFact, PageRequest } from '../../model.ts';
import { bareHost } from '../../places/contacts/bare-host.ts';
import type { Kind, Leftover } from '../kind.ts';
import { asksNoHost, hostRulesOfJob, identityInSource, isFree } from '../kind-parts.ts';
import { leftOutKeys } from './left-out.ts';
import { itemKeyOf, nextPage, type PlaceState, placeItem } from './place-state.ts';
import { asksService, placesOf, serviceAttempts } from './places-of.ts';
import { reviewsAfter } from './reviews/after-place.ts';

declare module '../../model.ts' {
  interface RequestKinds {
    place: SourceState<PlaceState>;
    details: SourceState<PlaceState>;
    site: SourceState<PlaceState>;
  }
}

/** The steps of a place's chain; wherever it ends, the place becomes an item. */
type Step = PageRequest<'place' | 'details' | 'site'>;

const isStep = {
  isPage: false,
  countsAdmission: false,
  gives: 'items',
  lists: 'nothing',
  isPlain: () => false,
  factParts: () => ({}),
  pageParts: () => ({}),
} as const satisfies Partial<Kind>;

/** A place that was found, or that the job names by its id. */
export const placeKind: Kind<'place'> = {
  ...isStep,
  ...isFree,
  ...asksNoHost,
  countPrefix: 'place:',
  countsAdmission: true,
  // Its URL identifies it, however it was found. The requests that follow for it are a chain of its own.
  identity: ({ url }) => url,
  remembered: ({ cursor }) =>
    cursor.isNewOnly === true ? [itemKeyOf(cursor.key), ...leftOutKeys(cursor)] : [],
  end: asItem,
};

/** More of a place, from the service that found it. */
export const detailsKind: Kind<'details'> = {
  ...isStep,
  ...asksService,
  countPrefix: 'details:',
  price: (request, env) => placesOf(env).price(request),
  bid: () => undefined,
  attempts: serviceAttempts,
  remembered: () => [],
  end(request, fact) {
    const left = asItem(request, fact);
    const counts = { ...left.counts, ...detailCounts(request, fact) };
    if (fact.end !== 'failed') return { ...left, counts };
    // By which a failure is joined with the entry of a list that named the place, and its user's own id.
    const { placeId, formerPlaceId = placeId } = request.cursor;
    return { ...left, counts, fact: { placeId: formerPlaceId } };
  },
};

/** A page of the business's own website. */
export const siteKind: Kind<'site'> = {
  ...isStep,
  ...isFree,
  touchesHost: true,
  countPrefix: 'site:',
  carriesSecrets: false,
  reads: 'document',
  minBodyBytes: 0,
  redirects: {
    // The home page may have moved to any host; a further page on another host belongs to another site.
    allows({ cursor }: PageRequest<'site'>, target) {
      const [home] = cursor.read;
      return home === undefined || bareHost(new URL(home)) === bareHost(new URL(target));
    },
    hasRead: ({ cursor }: PageRequest<'site'>, target) => cursor.read.includes(target),
    sameBy: 'nothing',
    // The chain carries the place, which would be lost if the redirect were dropped as a page visited before.
    continuesRequest: true,
  },
  identity: (request) => identityInSource(request),
  hostRules: hostRulesOfJob,
  end(request, fact) {
    const isOver = fact.code?.startsWith('LIMIT_') === true;
    const next = isLeftOut(fact) || fact.end === 'stored' || isOver ? undefined : nextPage(request);
    return next === undefined ? asItem(request, fact) : { items: [], retry: next };
  },
};

/** Which of the fields that it was asked for a place's own answer had: `gave:menu`, `lacked:menu`. */
function detailCounts({ cursor }: Step, { end }: Partial<PageFact>): Counts {
  if (end !== 'stored' || cursor.lacksDetails) return {};
  const { details = [], fields, lacksReviews } = cursor;
  const counts = details.map((name) => [`${name in fields ? 'gave' : 'lacked'}:${name}`, 1]);
  return Object.fromEntries(lacksReviews === true ? [...counts, ['reviews:asked', 1]] : counts);
}

/**
 * The item of a place with the fields so far, and the request of its reviews, where the job takes them. Places that are filtered out
 * or above `limits.maxItems` leave neither.
 */
function asItem(request: Step, fact: Partial<PageFact>): Leftover {
  const { cursor } = request;
  const reviews = reviewsAfter(request, fact);
  const item = isLeftOut(fact) ? undefined : placeItem(cursor);
  if (item === undefined) return { items: [], ...reviews };
  const claim = cursor.isNewOnly === true ? itemKeyOf(cursor.key) : undefined;
  return { items: [{ item, claim }], ...reviews };
}

const leftOut = new Set(['PLACE_KNOWN', 'PLACE_FILTERED', 'LIMIT_ITEMS']);

function isLeftOut({ end, code = '' }: Partial<PageFact>): boolean {
  return end === 'retry' || end === 'cancelled' || leftOut.has(code);
}
