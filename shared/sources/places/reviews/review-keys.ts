import { createHash } from 'node:crypto';
import type { ItemKey } from '../../kind.ts';
import type { ListedReview } from '../listing/read-reviews.ts';

const scope = 'reviews';

/**
 * By what later runs know a review of a place as it is written now. Its author may write it anew under the same id, which moves it to the
 * top of the list: known by its id alone, it would be taken for what was given, and so would all that is listed below it.
 */
export function keyOfReview(place: string, { id, at, rating, text }: ListedReview): ItemKey {
  const written = JSON.stringify([at ?? null, rating ?? null, text ?? null]);
  return { scope, key: digest(`${place} ${id} ${written}`, 22), besides: keyOfId(place, id) };
}

/** By what later runs know that a review was given, however it was written then. */
export function keyOfId(place: string, id: string): ItemKey {
  return { scope, key: digest(`${place} ${id}`, 22) };
}

/** What is kept of a review from page to page, to see it come again. */
export function markOf(id: string): string {
  return digest(id, 8);
}

/**
 * By what later runs know that a run has given all reviews that are listed below these, back to `since`. A list that is newest first
 * then holds nothing new from the first of them on. It is known by the reviews and not by the place, because a run that is cut short
 * gives the newest ones and leaves out those between them and what was given before.
 */
export function readBelow(reviews: string[], since: string | undefined): ItemKey[] {
  return reviews.map((key) => ({ scope, key: textOf(key, since) }));
}

/** Whether an earlier run has given all that is listed below one of these reviews, as far as this run wants it. */
export async function isReadBelow(
  { areKnown }: { areKnown(keys: ItemKey[]): Promise<boolean[]> },
  since: string | undefined,
  given: ItemKey[],
): Promise<boolean> {
  const ways = since === undefined ? [undefined] : [undefined, since];
  const keys = given.flatMap(({ key }) => ways.map((way) => ({ scope, key: textOf(key, way) })));
  return keys.length > 0 && (await areKnown(keys)).includes(true);
}

function textOf(key: string, since: string | undefined): string {
  return since === undefined ? `${key} and below` : `${key} and below since ${since}`;
}

function digest(text: string, chars: number): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, chars);
}
