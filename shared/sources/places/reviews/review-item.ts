import { createHash } from 'node:crypto';
import type { Item } from '../../../model.ts';
import type { GivenReview } from './expansion.ts';
import { reviewItemName } from './review-item-name.ts';
import type { ReviewsState } from './reviews-state.ts';

/** The item of a review. It has a key, since a place whose reviews are read anew lists them again. */
export function reviewItem(
  { placeId }: Pick<ReviewsState, 'placeId'>,
  { id, edited, ...review }: GivenReview,
  fetchedAt: string,
): Item {
  const fields = { ...review, images: undefined };
  const found = Object.entries(fields).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined,
  );
  return {
    item: reviewItemName,
    // As of its place: the id alone may be kept for ever.
    url: `https://www.google.com/maps/place/?q=place_id:${placeId}`,
    key: createHash('sha256').update(`review ${placeId} ${id}`).digest('base64url').slice(0, 22),
    fields: {
      placeId,
      reviewId: id,
      ...Object.fromEntries(found),
      ...(edited === undefined ? {} : { edited }),
      fetchedAt,
      provenance: { listing: ['placeId', 'reviewId', ...found.map(([name]) => name)] },
    },
  };
}
