import type { ListedReview } from '../listing/read-reviews.ts';
import type { ReviewsState } from './reviews-state.ts';

/** Reviews may be out of order by so much: what the list is ordered by need not be what it shows. */
const orderMs = 86_400_000;
/** Of how many of the newest reviews it is noted that all below them are given: the first may be deleted until the next run. */
const noted = 3;
/** Marks of one page that are kept; the pages that are asked for have fewer reviews. */
const maxMarks = 60;

/** A page as the state takes it in. `taken`: reviews that no page had before; `keys` of them, `marks` of all. */
interface MetPage {
  taken: ListedReview[];
  keys: string[];
  marks: string[];
  unread: number;
}

/** The state with the reviews of its page. */
export function stateAfter(state: ReviewsState, { taken, keys, marks, unread }: MetPage): ReviewsState {
  return {
    ...inOrder(state, taken),
    listed: state.listed + taken.length,
    last: marks.slice(-maxMarks),
    ...(state.page === 0 ? { first: marks.slice(0, maxMarks), top: keys.slice(0, noted) } : {}),
    ...(unread > 0 ? { hasUnread: true as const } : {}),
  };
}

/** The state that asks for the page after this one. */
export function nextPage({ token: tokenBefore, ...state }: ReviewsState, token: string): ReviewsState {
  const before = tokenBefore === undefined ? {} : { tokenBefore };
  const { tokenBefore: _, confirms, ...rest } = state;
  const isFresh = confirms === 'again' ? { confirms: 'fresh' as const } : {};
  return { ...rest, ...before, ...isFresh, page: state.page + 1, token };
}

/** The state that asks for the page before this one again, or for the first page itself, to get a fresh token for this one. */
export function pageBefore({ token: _, ...state }: ReviewsState): ReviewsState {
  const { page, tokenBefore } = state;
  const token = page > 1 && tokenBefore !== undefined ? { token: tokenBefore } : {};
  return { ...state, ...token, page: Math.max(0, page - 1), confirms: 'again' };
}

/** With the oldest of the reviews, and whether one of them is newer than one before it. */
function inOrder(state: ReviewsState, reviews: ListedReview[]): ReviewsState {
  let { oldestMs = Number.POSITIVE_INFINITY, isUnsorted } = state;
  for (const { at } of reviews) {
    if (at === undefined) continue;
    const ms = Date.parse(at);
    if (ms > oldestMs + orderMs) isUnsorted = true;
    oldestMs = Math.min(oldestMs, ms);
  }
  return {
    ...state,
    ...(Number.isFinite(oldestMs) ? { oldestMs } : {}),
    ...(isUnsorted === true ? { isUnsorted } : {}),
  };
}
