import { createHash } from 'node:crypto';
import type { Answer } from './answer.ts';
import type { City } from './city.ts';
import type { CityPlace } from './city-place.ts';
import { type MadeReview, makeReviews } from './reviews.ts';
import { toArray } from './sparse.ts';

/** How the list of a place's reviews behaves. */
export interface ReviewListOptions {
  /** All reviews of a place, in any order. @default as many as the place says, the same ones every time */
  reviewsOf?: (place: CityPlace) => MadeReview[];
  /** Tokens that are older are answered with the first page, with an error, or with a page without reviews. @default none is too old */
  reviewTokens?: { maxAgeMs: number; as: 'start' | 'error' | 'empty' };
  /**
   * `repeated`: every page is the first one, and names a next one. `cumulative`: a page has those before it too. `unsorted`: the order
   * asked for is ignored. @default honoured
   */
  reviewPages?: 'honoured' | 'repeated' | 'cumulative' | 'unsorted';
  /** The last reviews have a token that leads to a page without any. @default false */
  hasEmptyLastPage?: boolean;
}

export const reviewListPath = '/httpservice/web/PrivateLocalSearchUiDataService/GetLocalBoqProxy';

/** The most that the service puts on one page, whatever it is asked for. */
const maxPerPage = 60;

interface Asked {
  order: number;
  size: number;
  featureId: string;
  start: number;
  issuedAt: number;
}

/** A page of a place's reviews; those who ask in another form get an error. */
export function answerReviewList(
  options: ReviewListOptions & { city: City; now: () => number },
  { searchParams }: URL,
): Answer {
  const asked = readAsked(searchParams.get('reqpld') ?? '');
  const cid = BigInt(asked?.featureId.split(':')[1] ?? 0).toString();
  const place = options.city.byCid.get(cid);
  if (asked === undefined || place === undefined) return refused;
  const { reviewTokens: { maxAgeMs, as } = { maxAgeMs: Number.POSITIVE_INFINITY, as: 'error' } } = options;
  const isOld = asked.start > 0 && options.now() - asked.issuedAt > maxAgeMs;
  if (isOld && as === 'error') return refused;
  if (isOld && as === 'empty') return page([], undefined);
  return pageOf(options, place, isOld ? { ...asked, start: 0 } : asked);
}

function pageOf(
  {
    reviewsOf = allReviews,
    reviewPages = 'honoured',
    hasEmptyLastPage = false,
    now,
  }: ReviewListOptions & {
    now: () => number;
  },
  place: CityPlace,
  { order, size, start }: Asked,
): Answer {
  const isByDate = order === 2 && reviewPages !== 'unsorted';
  const all = reviewsOf(place).toSorted(isByDate ? newestFirst : byId);
  const begin = reviewPages === 'repeated' ? 0 : start;
  const end = begin + size;
  const shown = all.slice(reviewPages === 'cumulative' ? 0 : begin, end);
  const hasMore = end < all.length || (hasEmptyLastPage && shown.length > 0 && begin < all.length);
  return page(shown, hasMore ? tokenOf(reviewPages === 'repeated' ? 0 : end, now()) : undefined);
}

/** As many as the place says that it has. */
export function allReviews(place: CityPlace): MadeReview[] {
  return makeReviews(place, place.reviews ?? 0);
}

/** Those of one moment by their ids, so that pages do not depend on the order in which they were made. */
export function newestFirst(a: MadeReview, b: MadeReview): number {
  return b.atMs - a.atMs || byId(a, b);
}

function byId(a: MadeReview, b: MadeReview): number {
  const [one, other] = [a, b].map(({ id }) => createHash('sha256').update(id).digest('hex'));
  return (one ?? '') < (other ?? '') ? -1 : 1;
}

function tokenOf(start: number, issuedAt: number): string {
  return Buffer.from(`${start}:${issuedAt}`).toString('base64url');
}

/** `[null, [nine times null, [null, order, …]]]`. */
function readAsked(text: string): Asked | undefined {
  try {
    const list: unknown = JSON.parse(text)?.[1]?.[9];
    if (!Array.isArray(list) || !/^0x[\da-f]+:0x[\da-f]+$/i.test(String(list[11]?.[0]))) return undefined;
    const token = typeof list[19] === 'string' ? Buffer.from(list[19], 'base64url').toString() : '';
    const [start = '0', issuedAt = '0'] = token.split(':');
    return {
      order: Number(list[1]),
      size: Math.min(maxPerPage, Number(list[9] ?? 20)),
      featureId: String(list[11]?.[0]),
      start: Number(start),
      issuedAt: Number(issuedAt),
    };
  } catch {
    return undefined;
  }
}

const refused: Answer = { status: 400, body: '<title>Error 400 (Bad Request)!!1</title>' };

function page(reviews: MadeReview[], token: string | undefined): Answer {
  const block = toArray({ 2: reviews.length === 0 ? null : reviews.map(renderReview), 6: token }, 8);
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=UTF-8' },
    body: `)]}'\n${JSON.stringify([null, toArray({ 10: block })])}`,
  };
}

function renderReview({ id, author, authorLink, rating, text, atMs, reply }: MadeReview): unknown[] {
  const html = text.replaceAll('&', '&amp;').replaceAll('\n', '<br>');
  return toArray(
    {
      1: rating,
      2: ['some time ago', 2, String(atMs)],
      3: [author, 'https://lh3.googleusercontent.com/a/demo=s120', authorLink, 3, 1],
      4: reply === undefined ? null : [null, 'a month ago', reply],
      5: id,
      10: 'https://www.google.com/local/content/rap',
      26: 'en',
      27: html,
      28: html.slice(0, 20),
    },
    49,
  );
}
