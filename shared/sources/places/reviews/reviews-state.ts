import type { PageRequest, ReviewsFact } from '../../../model.ts';

/** Where the reading of a place's reviews stands; the cursor of the request for a page of them. */
export interface ReviewsState {
  /** Of the place: its key (`keyOfPlace`), its id, and that by which its reviews are asked for. */
  key: string;
  placeId: string;
  featureId: string;
  /** An answer named a rating of the place, so that it has reviews. */
  isRated?: true;
  /** How many reviews the place has, by such an answer. */
  count?: number;
  /** 0 the first. */
  page: number;
  /** Of this page, and of the one before. */
  token?: string;
  tokenBefore?: string;
  /** Reviews that earlier pages listed, each once. */
  listed: number;
  /** Marks of the reviews of the first page, and of the page before this one. */
  first: string[];
  last: string[];
  /** Keys of the first reviews of all (`keyOfReview`). */
  top: string[];
  /** When the oldest of them was written, epoch ms. */
  oldestMs?: number;
  /** A review was listed after one that is older. */
  isUnsorted?: true;
  /** Some of the reviews could not be read. */
  hasUnread?: true;
  /** How often they were read anew from the first page. */
  restarts?: number;
  /**
   * A page without reviews is to be shown to be the end of the list. `again`: the page before it is asked again, or the first one
   * itself; `fresh`: the page is asked for by the token that this gave.
   */
  confirms?: 'again' | 'fresh';
}

declare module '../../../model.ts' {
  interface RequestKinds {
    /** A page of a place's reviews. */
    reviews: { source: number; cursor: ReviewsState };
  }
}

type PlaceOfReviews = Pick<ReviewsState, 'key' | 'placeId' | 'featureId' | 'isRated' | 'count'>;

/** The state before the first page. */
export function startOf({ key, placeId, featureId, isRated, count }: PlaceOfReviews): ReviewsState {
  const known = { ...(isRated === true ? { isRated } : {}), ...(count === undefined ? {} : { count }) };
  return { key, placeId, featureId, ...known, page: 0, listed: 0, first: [], last: [], top: [] };
}

/** The request of the first page of a place's reviews. */
export function firstReviews(source: number, url: string, place: PlaceOfReviews): PageRequest<'reviews'> {
  return requestOf(source, url, startOf(place));
}

export function requestOf(source: number, url: string, cursor: ReviewsState): PageRequest<'reviews'> {
  return { kind: 'reviews', url, label: '', depth: 0, attempt: 0, source, cursor };
}

/** What is known of a place's reviews so far. */
export function factOf({
  key,
  placeId,
  listed,
  isUnsorted,
}: ReviewsState): Omit<ReviewsFact, 'end' | 'code'> {
  return { key, placeId, listed, ...(isUnsorted === true ? { isUnsorted } : {}) };
}
