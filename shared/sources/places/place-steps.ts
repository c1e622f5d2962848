import type { PageRequest } from '../../model.ts';
import { usedRules } from '../../places/filter.ts';
import type { Contact, Place } from '../../places/place.ts';
import { placeFields } from '../../places/place-fields.ts';
import { placeIdOfFeatureId, placeKey } from '../../places/place-ids.ts';
import { serviceOf } from './choose-service.ts';
import { ruleTexts } from './left-out.ts';
import { pagesOf } from './paging.ts';
import type { PlaceState } from './place-state.ts';
import type { PlacesPlan } from './plan.ts';
import { reviewsOfPlace, withAnswer } from './reviews/after-place.ts';
import type { PlaceReference } from './service.ts';
import { isJudgedByReviews, lacksReviewCount } from './unjudged.ts';

/** The request of a place that a search named. */
export function placeRequest(plan: PlacesPlan, place: Place, fetchedAt: string): PageRequest<'place'> {
  const lacksCount = lacksReviewCount(plan, place);
  const state = learn(plan, blank(plan, place), place, {
    fetchedAt,
    lacksDetails: plan.detailFields.length > 0 || lacksCount,
  });
  return toRequest(plan.index, 'place', lacksCount ? { ...state, ...askedForReviews(plan) } : state);
}

function askedForReviews(plan: PlacesPlan): Pick<PlaceState, 'lacksReviews' | 'details' | 'isUnjudged'> {
  const isGiven = plan.fields.includes('reviews');
  return {
    lacksReviews: true,
    ...(isGiven ? { details: [...plan.detailFields, 'reviews' as const] } : {}),
    ...(isJudgedByReviews(plan) ? { isUnjudged: true } : {}),
  };
}

/** The places that the source names by id. */
export function namedPlaces(plan: PlacesPlan): PageRequest<'place'>[] {
  const ids = [...new Set(plan.source.placeIds)];
  return ids.map((placeId) => toRequest(plan.index, 'place', unread(plan, placeId)));
}

/** The request of a place that a list names. */
export function linkedPlace(
  plan: PlacesPlan,
  reference: { placeId: string; featureId?: string } | { featureId: string },
): PageRequest<'place'> {
  const placeId =
    'placeId' in reference ? reference.placeId : (placeIdOfFeatureId(reference.featureId) ?? '');
  const { featureId } = reference;
  const state = unread(plan, placeId);
  return toRequest(plan.index, 'place', featureId === undefined ? state : { ...state, featureId });
}

/**
 * The requests of the new places of a cell that was counted, by their own details, where that costs less than reading the cell: else
 * `undefined`.
 */
export function newPlaces(
  plan: PlacesPlan,
  area: number,
  { counted, fresh }: { counted: number; fresh: string[] },
): PageRequest<'place'>[] | undefined {
  const { bill } = plan;
  if (bill === undefined) return undefined;
  if (fresh.length * bill.details.microUsd >= pagesOf(counted) * bill.search.microUsd) return undefined;
  return fresh.map((placeId) => toRequest(plan.index, 'place', { ...unread(plan, placeId), area }));
}

function unread(plan: PlacesPlan, placeId: string): PlaceState {
  const { filter = {}, onlyNew, reviews } = plan.source;
  // A place that was left out has no reviews to read, unlike one that was given: it is judged again.
  const rules = onlyNew && reviews?.onlyNew !== true ? ruleTexts(filter, usedRules(filter)) : [];
  return { ...blank(plan, { placeId }), ...(rules.length === 0 ? {} : { rules }) };
}

/** What is fetched next for a place; none when it is complete. */
export function nextStep(plan: PlacesPlan, state: PlaceState): PageRequest<'details' | 'site'> | undefined {
  if (state.lacksDetails) {
    return { ...toRequest(plan.index, 'details', state), ...serviceOf(plan).details(plan, state) };
  }
  const [url] = state.pages;
  return url === undefined ? undefined : { ...toRequest(plan.index, 'site', state), url };
}

/** The state with the fields of the service's details. */
export function withDetails(
  plan: PlacesPlan,
  state: PlaceState,
  place: Place,
  fetchedAt: string,
): PlaceState {
  return learn(plan, state, place, { fetchedAt, lacksDetails: false });
}

/** The state with the contacts of a page of the website. The home page adds further pages to read. */
export function withPage(
  state: PlaceState,
  url: string,
  { contacts, pages }: { contacts: Contact[]; pages: string[] },
): PlaceState {
  const left = state.read.length === 0 ? pages : state.pages.slice(1);
  return {
    ...state,
    contacts: [...state.contacts, ...contacts],
    pages: left,
    read: [...state.read, url],
  };
}

/** By the id alone: whether a place whose id has no CID in it has one besides depends on the fields asked for. */
export function keyOfPlace({ placeId }: Pick<Place, 'placeId'>): string {
  return placeKey({ placeId });
}

function blank(plan: PlacesPlan, { placeId, featureId }: PlaceReference): PlaceState {
  return {
    key: keyOfPlace({ placeId }),
    placeId,
    ...(featureId === undefined ? {} : { featureId }),
    fields: {},
    origin: serviceOf(plan).origin,
    fetchedAt: '',
    lacksDetails: true,
    ...(plan.source.onlyNew ? { isNewOnly: true } : {}),
    ...(plan.detailFields.length > 0 ? { details: plan.detailFields } : {}),
    site: plan.fields.filter((field) => placeFields[field].website === true),
    pages: [],
    read: [],
    contacts: [],
    ...reviewsOfPlace(plan, featureId === undefined ? { placeId } : { placeId, featureId }),
  };
}

function learn(
  plan: PlacesPlan,
  state: PlaceState,
  place: Place,
  known: Pick<PlaceState, 'fetchedAt' | 'lacksDetails'>,
): PlaceState {
  const { placeId, website } = place;
  const country = countryOf(place) ?? state.country ?? plan.source.region?.toUpperCase();
  const added = plan.fields.flatMap((name) => {
    const value = place[name];
    return value === undefined || name === 'placeId' ? [] : [[name, value]];
  });
  return {
    ...state,
    ...known,
    // An id in the job may be obsolete; the answer has the current one.
    placeId,
    ...(keyOfPlace(place) === state.key ? {} : { formerPlaceId: state.placeId }),
    fields: { ...state.fields, ...Object.fromEntries(added) },
    ...(website === undefined || state.site.length === 0 ? {} : { pages: [website] }),
    ...(country === undefined || state.site.length === 0 ? {} : { country }),
    ...(state.reviews === undefined ? {} : { reviews: withAnswer(plan, state.reviews, place) }),
  };
}

/** The country of its address, if that has a code rather than a name. */
function countryOf({ addressParts }: Place): string | undefined {
  const country = addressParts?.country;
  return country !== undefined && /^[A-Z]{2}$/.test(country) ? country : undefined;
}

function toRequest<Kind extends 'place' | 'details' | 'site'>(source: number, kind: Kind, state: PlaceState) {
  const url = `spinneret:place/${state.key}`;
  return { kind, url, label: '', depth: 0, attempt: 0, source, cursor: state };
}
