import type { PageFact, PageRequest, ReviewsFact } from '../../../model.ts';
import type { Kind } from '../../kind.ts';
import { isFree, nothingLeft } from '../../kind-parts.ts';
import { asksService } from '../places-of.ts';
import { factOf } from './reviews-state.ts';

/** A page of a place's reviews. */
export const reviewsKind: Kind<'reviews'> = {
  ...isFree,
  ...asksService,
  isPage: false,
  // Else the first pages of all places would go before the second one of any.
  growsOld: ({ cursor }) => cursor.token !== undefined,
  countPrefix: 'review:',
  countsAdmission: true,
  gives: 'items',
  lists: 'nothing',
  isPlain: () => false,
  factParts: ({ source }) => ({ source }),
  pageParts: () => ({}),
  // However its chain ends, the place is counted, so that what was not read to its end is never taken for whole.
  end(request, fact) {
    const reviews = fact.reviews ?? endedBy(request, fact);
    if (reviews === undefined) return nothingLeft();
    const { end, code, isUnsorted } = reviews;
    const counts = {
      [`reviewed:${end}`]: 1,
      ...(code === undefined ? {} : { [`reviewed:${end}:${code}`]: 1 }),
      ...(isUnsorted === true ? { 'reviewed:unsorted': 1 } : {}),
    };
    return { items: [], fact: { reviews }, counts };
  },
};

/** Of a request whose answer did not decide. */
function endedBy(
  { cursor }: PageRequest<'reviews'>,
  { end, code = end }: Partial<PageFact>,
): ReviewsFact | undefined {
  if (end === undefined || end === 'stored' || end === 'retry') return undefined;
  const isLimited = end === 'cancelled' || (end === 'skipped' && code?.startsWith('LIMIT_') === true);
  return { ...factOf(cursor), end: isLimited ? 'limited' : 'cut', ...(code === undefined ? {} : { code }) };
}
