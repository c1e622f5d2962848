import type { Counts } from '../../../model.ts';
import type { ItemKey } from '../../kind.ts';
import type { ListedReview } from '../listing/read-reviews.ts';
import { concluded, cut, endAfter } from './end-of-reviews.ts';
import type { GivenReview, ReviewsExpansion, ReviewsJob, ReviewsPage } from './expansion.ts';
import { isReadBelow, keyOfId, keyOfReview, markOf } from './review-keys.ts';
import { type ReviewsState, startOf } from './reviews-state.ts';
import { nextPage, pageBefore, stateAfter } from './state-after.ts';

/** How often a place's reviews are read anew from the first page. */
const maxRestarts = 2;

/** A page without reviews looks like the answer to a token that is too old: it is the end where so many of them were listed. */
const shareAtEmptyPage = 0.9;

const nothing = { reviews: [], counts: {}, readBelow: [] };

type ReadPage = Exclude<ReviewsPage, { isLost: true }>;

/**
 * What is asked next of a place's reviews, after one page of them. The token of a page grows old while its request waits, and is then
 * answered by an error, by the first page or by a page without reviews: none of these is the end of the list, so the reviews are read
 * anew from the first page, as often as `maxRestarts`, and then count as cut. The end is a page that names no other; a page without
 * reviews is believed to be it when a fresh token leads to the same.
 */
export async function expandReviews(
  job: ReviewsJob,
  state: ReviewsState,
  page: ReviewsPage,
): Promise<ReviewsExpansion> {
  if ('isLost' in page) return readAnew(state, page.fault);
  const marks = page.reviews.map(({ id }) => markOf(id));
  if (marks.length === 0) return atEmptyPage(job, state, page.unread);
  const seen = new Set([...state.first, ...state.last]);
  const added = page.reviews.filter((_, index) => !seen.has(marks[index] ?? ''));
  const isPageBefore = state.confirms === 'again' && marks.some((mark) => state.last.includes(mark));
  if (isPageBefore) return readOn(job, state, page, added);
  const isRepeated = marks.findLastIndex((mark) => seen.has(mark)) === marks.length - 1;
  if (isRepeated) return readAnew(state, `page ${state.page + 1} named reviews of earlier pages again`);
  const { confirms: _, ...confirmed } = state;
  return readOn(job, confirmed, page, added);
}

/** Takes the reviews that no page had before, as far as the job wants them. */
async function readOn(
  job: ReviewsJob,
  state: ReviewsState,
  { reviews: all, unread, token }: ReadPage,
  added: ListedReview[],
): Promise<ReviewsExpansion> {
  const { since, maxPerPlace = Number.POSITIVE_INFINITY, onlyNew } = job.settings;
  const taken = uniqueById(added).slice(0, maxPerPlace - state.listed);
  const keys = taken.map((review) => keyOfReview(state.key, review));
  const texts = keys.map(({ key }) => key);
  const met = stateAfter(state, { taken, keys: texts, marks: all.map(({ id }) => markOf(id)), unread });
  const sinceMs = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  const { areGiven, areEdited } = onlyNew ? await givenBefore(job, state, taken, keys) : nothingGiven;
  const wanted = taken.map(({ at }) => at === undefined || Date.parse(at) >= sinceMs);
  const reviews = taken
    .map((review, index): GivenReview => (areEdited[index] === true ? { ...review, edited: true } : review))
    .filter((_, index) => wanted[index] === true && areGiven[index] !== true);
  const wantedCount = wanted.filter(Boolean).length;
  const counts: Counts = {
    'reviews:listed': taken.length,
    'reviews:older': taken.length - wantedCount,
    'reviews:known': wantedCount - reviews.length,
    'reviews:edited': reviews.filter(({ edited }) => edited).length,
  };
  const given = keys.filter((_, index) => areGiven[index] === true);
  const isOverMax = taken.length < added.length;
  const isBelowKnown = () => isReadBelow(job, since, given);
  const end = await endAfter(met, token, { sinceMs, maxPerPlace, isOverMax, isBelowKnown });
  if (end === undefined) return { ...nothing, reviews, counts, next: nextPage(met, token ?? '') };
  return { reviews, counts, ...concluded(job, met, end) };
}

const nothingGiven = { areGiven: [], areEdited: [] };

/** Which of these reviews earlier runs have given as they are, and which of them as they were written before. */
async function givenBefore(
  { areKnown }: ReviewsJob,
  { key }: ReviewsState,
  taken: ListedReview[],
  keys: ItemKey[],
): Promise<Record<'areGiven' | 'areEdited', boolean[]>> {
  const known = await areKnown([...keys, ...taken.map(({ id }) => keyOfId(key, id))]);
  const areGiven = known.slice(0, keys.length);
  return { areGiven, areEdited: known.slice(keys.length).map((isIdKnown, at) => isIdKnown && !areGiven[at]) };
}

/** The token of this page, or of the page before it, may be too old to be answered. */
function atEmptyPage(job: ReviewsJob, state: ReviewsState, unread: number): ReviewsExpansion {
  const { page, isRated, confirms, last } = state;
  if (unread > 0) return { ...nothing, ...cut(state, 'SHAPE_CHANGED', 'none of its reviews could be read') };
  const hadReviews = last.length > 0 && (page === 0 || confirms === 'again');
  if (hadReviews) return readAnew(state, `page ${page + 1} named reviews, and names none any more`);
  if (confirms === 'fresh' || (page === 0 && isRated !== true))
    return { ...nothing, ...concluded(job, state, 'whole', shareAtEmptyPage) };
  if (confirms === 'again')
    return { ...nothing, ...cut(state, 'REVIEWS_CUT', 'the place has a rating, and no review is listed') };
  return { ...nothing, counts: { 'reviews:asked-again': 1 }, next: pageBefore(state) };
}

/** From the first page, whose answer needs no token. */
function readAnew(state: ReviewsState, message: string): ReviewsExpansion {
  const { restarts = 0 } = state;
  if (restarts >= maxRestarts) {
    const what = `read anew ${restarts} times, and not to the end: ${message}`;
    return { ...nothing, ...cut(state, 'REVIEWS_CUT', what) };
  }
  const next = { ...startOf(state), restarts: restarts + 1 };
  return { ...nothing, counts: { 'reviews:read-anew': 1 }, next };
}

function uniqueById(reviews: ListedReview[]): ListedReview[] {
  return [...new Map(reviews.map((review) => [review.id, review])).values()];
}
