import { surnames } from './categories.ts';
import type { CityPlace } from './city-place.ts';
import { makeRandom } from './random.ts';

export interface MadeReview {
  id: string;
  author: string;
  /** Of the list of all alone: the few of a place's own answer are without. */
  authorLink: string;
  /** 1 to 5. */
  rating: number;
  text: string;
  /** Epoch; whole milliseconds. */
  atMs: number;
  reply?: string;
}

const texts = [
  'Kind people, would come again.',
  'Had to wait, but it was worth it.',
  'Not for me.\nToo loud.',
  'The best in town & fair prices.',
];
const firstAt = Date.UTC(2024, 0, 1);

/** The place's reviews, of 2024 to 2026, three at most unless `count` says more: the same ones every time. */
export function makeReviews({ number, reviews = 0, placeId }: CityPlace, count = 3): MadeReview[] {
  const random = makeRandom(number + 7_000_000);
  return Array.from({ length: Math.min(count, reviews) }, (_, index) => ({
    id: Buffer.from(`${placeId.slice(-8)}-${index}`).toString('base64url'),
    author: `A. ${random.pick(surnames)}`,
    authorLink: `https://www.google.com/maps/contrib/${number}${index}/reviews`,
    rating: 1 + random.below(5),
    text: random.pick(texts),
    atMs: firstAt + random.below(900) * 86_400_000,
    ...(random.chance(0.3) ? { reply: 'Thank you!' } : {}),
  }));
}
