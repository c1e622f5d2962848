import type { PageFact, PageRequest } from '../../../model.ts';
import type { Place } from '../../../places/place.ts';
import { idsOfPlaceId } from '../../../places/place-ids.ts';
import type { Leftover } from '../../kind.ts';
import { reviewsUrl } from '../listing/reviews-request.ts';
import { termsOf } from '../listing/terms.ts';
import type { PlaceState, ReviewsOfPlace } from '../place-state.ts';
import type { PlacesPlan } from '../plan.ts';
import type { PlaceReference } from '../service.ts';
import { firstReviews } from './reviews-state.ts';

/** How the reviews of a place are asked for; nothing where the job takes none, or the place has no feature id. */
export function reviewsOfPlace(
  plan: PlacesPlan,
  { placeId, featureId = idsOfPlaceId(placeId)?.featureId }: PlaceReference,
): Pick<PlaceState, 'reviews'> {
  const { reviews } = plan.source;
  if (reviews === undefined || featureId === undefined) return {};
  const url = reviewsUrl({ ...termsOf(plan), featureId });
  return { reviews: { featureId, url, ...(reviews.onlyNew ? { ofKnown: true as const } : {}) } };
}

/** How its reviews are asked for after an answer about the place, which may have another feature id by now. */
export function withAnswer(plan: PlacesPlan, reviews: ReviewsOfPlace, place: Place): ReviewsOfPlace {
  const { featureId = reviews.featureId, rating, reviews: count } = place;
  return {
    ...reviews,
    featureId,
    url: reviewsUrl({ ...termsOf(plan), featureId }),
    ...(rating === undefined ? {} : { isRated: true as const }),
    ...(count === undefined ? {} : { count }),
  };
}

const withoutReviews = new Set(['PLACE_FILTERED', 'LIMIT_ITEMS']);

/** The request of the reviews of a place whose chain has ended with this fact. */
export function reviewsAfter(
  { source, cursor }: PageRequest<'place' | 'details' | 'site'>,
  { end, code = '' }: Partial<PageFact>,
): Pick<Leftover, 'links'> {
  const { reviews, placeId, key } = cursor;
  if (reviews === undefined || end === 'retry' || end === 'cancelled') return {};
  if (withoutReviews.has(code) || (code === 'PLACE_KNOWN' && reviews.ofKnown !== true)) return {};
  const { url, ofKnown: _, ...known } = reviews;
  return { links: [firstReviews(source, url, { key, placeId, ...known })] };
}
