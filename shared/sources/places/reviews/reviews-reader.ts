import { DropError } from '../../../errors.ts';
import type { FetchResult } from '../../../fetch/types.ts';
import type { PageRequest } from '../../../model.ts';
import type { ItemKey, KeyedItem, KindReader, KindResult } from '../../kind.ts';
import { isFetched } from '../../kind-parts.ts';
import { answerOf, reasonOf } from '../listing/listing-service.ts';
import { readReviews } from '../listing/read-reviews.ts';
import { reviewsUrl } from '../listing/reviews-request.ts';
import { termsOf } from '../listing/terms.ts';
import { placesOf } from '../places-of.ts';
import type { PlacesPlan } from '../plan.ts';
import type { ReviewsSettings } from '../reviews-schema.ts';
import type { Halted } from '../service.ts';
import { expandReviews } from './expand-reviews.ts';
import type { ReviewsExpansion, ReviewsPage } from './expansion.ts';
import { reviewItem } from './review-item.ts';
import { keyOfReview } from './review-keys.ts';
import { type ReviewsState, requestOf } from './reviews-state.ts';

export const reviewsReader: KindReader<'reviews'> = {
  ...isFetched,
  async read(request, answer, env) {
    const plan = placesOf(env).planOf(request);
    const settings = settingsOf(plan);
    const page = pageOf(request, answer);
    if ('halt' in page) return { is: 'halt', ...page.halt };
    const { areKnown = async (keys: ItemKey[]) => keys.map(() => false) } = env;
    const job = { settings, isUnlimited: env.job.limits.maxItems === undefined, areKnown };
    return resultOf(plan, request, answer, await expandReviews(job, request.cursor, page));
  },
};

function settingsOf({ source: { reviews } }: PlacesPlan): ReviewsSettings {
  if (reviews === undefined) throw new Error('reviews of a source that takes none');
  return reviews;
}

/** Of a further page, what cannot be read may be the answer to a token that is too old. Throws as `answerOf` does, and `DropError`. */
function pageOf({ cursor }: PageRequest<'reviews'>, answer: FetchResult): ReviewsPage | Halted {
  const isFurther = cursor.token !== undefined;
  const read = readReviews(answerOf(answer));
  switch (read.state) {
    case 'reviews':
      return read;
    case 'changed':
      if (isFurther) return { fault: read.message, isLost: true };
      throw new DropError('SHAPE_CHANGED', read.message);
    case 'stub':
      return isFurther ? { fault: read.message, isLost: true } : { halt: reasonOf(read) };
    case 'blocked':
    case 'consent':
    case 'gated':
      return { halt: reasonOf(read) };
    default:
      return read satisfies never;
  }
}

function resultOf(
  plan: PlacesPlan,
  { cursor }: PageRequest<'reviews'>,
  { startedAt }: FetchResult,
  { reviews, counts, next, ended, message, readBelow }: ReviewsExpansion,
): KindResult {
  const { onlyNew } = settingsOf(plan);
  const fetchedAt = new Date(startedAt).toISOString();
  const items = reviews.map((review): KeyedItem => {
    const claim = onlyNew ? keyOfReview(cursor.key, review) : undefined;
    return { item: reviewItem(cursor, review, fetchedAt), claim };
  });
  const isCut = ended?.end === 'cut';
  const fact = {
    end: isCut ? ('failed' as const) : ('stored' as const),
    items: items.length,
    ...(isCut && ended.code !== undefined ? { code: ended.code } : {}),
    ...(message === undefined ? {} : { message: `${cursor.placeId}: ${message}` }),
    ...(ended === undefined ? {} : { reviews: ended }),
  };
  const links = next === undefined ? [] : [pageRequest(plan, next)];
  return { is: 'search', fact, links, counts, items, leftOut: readBelow };
}

function pageRequest(plan: PlacesPlan, state: ReviewsState): PageRequest<'reviews'> {
  const { featureId, token } = state;
  return requestOf(plan.index, reviewsUrl({ ...termsOf(plan), featureId, token }), state);
}
