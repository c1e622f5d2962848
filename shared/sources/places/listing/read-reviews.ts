import { decodeHTML } from 'entities/decode';
import { known } from '../../../places/known-fields.ts';
import type { Review } from '../../../places/place.ts';
import { at, listAt, numberAt, textAt } from './at-path.ts';
import { type ListingFault, openAnswer, unreadable } from './read-answer.ts';
import type { ListingAnswer } from './refusal.ts';
import { webLink } from './web-link.ts';

/** A review of the list of all, which has an id. */
export type ListedReview = Review & { id: string };

export type ReviewsRead =
  /** `unread`: those that have no id, or are no list. `token`: of the next page; without one this is the last. */
  { state: 'reviews'; reviews: ListedReview[]; unread: number; token?: string } | ListingFault;

const expected = 'a list of reviews';

/** Never throws: whatever the site sends is one of the states. */
export function readReviews(answer: ListingAnswer): ReviewsRead {
  const read = openAnswer(answer, expected);
  if ('state' in read) return read;
  const block = read.payloads.map((payload) => at(payload, 1, 10)).find(Array.isArray);
  if (block === undefined) return unreadable(answer, read, expected);
  const rows = listAt(block, 2);
  const reviews = rows.flatMap((row) => readReview(row) ?? []);
  const token = textAt(block, 6);
  return {
    state: 'reviews',
    reviews,
    unread: rows.length - reviews.length,
    ...(token === undefined ? {} : { token }),
  };
}

/**
 * By the positions at which several public projects of 2026 have each field; of the owner's answer (4), which not all of them have
 * seen, one has nothing but the text and how long ago it was.
 */
function readReview(row: unknown): ListedReview | undefined {
  const id = textAt(row, 5);
  if (id === undefined) return undefined;
  return known<ListedReview>({
    id,
    author: textAt(row, 3, 0),
    authorLink: webLink(textAt(row, 3, 2)),
    rating: numberAt(row, [1], { least: 1, most: 5 }),
    at: readTime(at(row, 2, 2)),
    text: plainText(textAt(row, 27) ?? textAt(row, 28)),
    language: textAt(row, 26),
    reply: plainText(textAt(row, 4, 2)),
    images: undefined,
  });
}

/** Epoch ms, as digits or as a number; what is no date of this century is none of a review. */
function readTime(value: unknown): string | undefined {
  const ms = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof ms !== 'number' || !(ms >= Date.UTC(2000) && ms < Date.UTC(2100))) return undefined;
  return new Date(ms).toISOString();
}

/** The list has texts as HTML. */
function plainText(html: string | undefined): string | undefined {
  if (html === undefined) return undefined;
  return decodeHTML(html.replaceAll(/<br ?\/?>/gi, '\n')).trim() || undefined;
}
