import type { ReviewsFact } from '../../../model.ts';
import type { EndOfReviews, ReviewsJob } from './expansion.ts';
import { readBelow } from './review-keys.ts';
import { factOf, type ReviewsState } from './reviews-state.ts';

/** What decides whether a further page is asked for, after one that named reviews. */
export interface EndLimits {
  sinceMs: number;
  maxPerPlace: number;
  /** The page has named more than `maxPerPlace` leaves. */
  isOverMax: boolean;
  isBelowKnown(): Promise<boolean>;
}

/** Why no further page is asked for; `undefined` where one is. */
export async function endAfter(
  { listed, isUnsorted, oldestMs = Number.POSITIVE_INFINITY }: ReviewsState,
  token: string | undefined,
  { sinceMs, maxPerPlace, isOverMax, isBelowKnown }: EndLimits,
): Promise<ReviewsFact['end'] | undefined> {
  if (isOverMax) return 'max';
  if (token === undefined) return 'whole';
  if (listed >= maxPerPlace) return 'max';
  if (isUnsorted === true) return undefined;
  if (oldestMs < sinceMs) return 'since';
  return (await isBelowKnown()) ? 'known' : undefined;
}

/**
 * The end, unless it is doubtful: reviews that could not be read may be such as the job wants, and a list that ends long before the
 * number of reviews that the place has is one that the service does not show whole.
 *
 * @param leastShare of the reviews that the place is said to have: some of them are not shown. @default 0.5
 */
export function concluded(
  { settings: { since, onlyNew }, isUnlimited }: ReviewsJob,
  state: ReviewsState,
  end: ReviewsFact['end'],
  leastShare = 0.5,
): EndOfReviews {
  const { count = 0, listed, hasUnread, isUnsorted, top } = state;
  if (hasUnread === true && end !== 'max')
    return cut(state, 'SHAPE_CHANGED', 'some of its reviews could not be read');
  if (end === 'whole' && listed < count * leastShare)
    return cut(state, 'REVIEWS_CUT', `the list ended after ${listed} of ${count} reviews`);
  const isNoted = onlyNew && isUnlimited && end !== 'max' && isUnsorted !== true;
  return { ended: { ...factOf(state), end }, readBelow: isNoted ? readBelow(top, since) : [] };
}

export function cut(state: ReviewsState, code: string, message: string): EndOfReviews {
  return { ended: { ...factOf(state), end: 'cut', code }, message, readBelow: [] };
}
