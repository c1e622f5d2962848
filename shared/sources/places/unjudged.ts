import type { PlaceFilter } from '../../places/filter.ts';
import type { Place } from '../../places/place.ts';
import type { PlacesPlan } from './plan.ts';

/**
 * The number of reviews is to be asked of the place itself: searches of the listing have not named it to visitors who are
 * not signed in since 2026. A place without a rating has no reviews.
 */
export function lacksReviewCount({ asked, bill }: PlacesPlan, { rating, reviews }: Place): boolean {
  const isListing = bill === undefined;
  return isListing && asked.includes('reviews') && rating !== undefined && reviews === undefined;
}

export function isJudgedByReviews({ source: { filter = {} } }: PlacesPlan): boolean {
  return filter.minReviews !== undefined || filter.maxReviews !== undefined;
}

/** The rules that need the number of reviews. */
export function reviewRules({ minReviews, maxReviews }: PlaceFilter): PlaceFilter {
  return { minReviews, maxReviews };
}

/** The rules by which a place can be judged by its search alone. */
export function rulesOfSearch(plan: PlacesPlan, place: Place): PlaceFilter {
  const { filter = {} } = plan.source;
  return lacksReviewCount(plan, place) ? { ...filter, minReviews: undefined, maxReviews: undefined } : filter;
}
