import { known } from '../../../places/known-fields.ts';
import { at, countAt, eachOf, listAt, numberAt, textAt } from './at-path.ts';
import { webLink } from './web-link.ts';

/** A review that the listing shows by itself; the rest of them would be further requests. */
export interface ListingReview {
  id?: string;
  /** Epoch ms. */
  at?: number;
  author?: string;
  authorLink?: string;
  /** 1 to 5. */
  stars?: number;
  text?: string;
  language?: string;
  photos?: string[];
  /** The owner's answer. */
  reply?: string;
}

export function readReviews(d: unknown): ListingReview[] | undefined {
  return eachOf(listAt(d, 175, 9, 0, 0), (entry) => readReview(at(entry, 0)));
}

function readReview(review: unknown): ListingReview | undefined {
  const found = known<ListingReview>({
    id: textAt(review, 0),
    at: readTime(review),
    ...readAuthor(review),
    stars: numberAt(review, [2, 0, 0], { least: 1, most: 5 }),
    text: textAt(review, 2, 15, 0, 0) ?? textAt(review, 2, 1, 0),
    language: textAt(review, 2, 14, 0) ?? textAt(review, 2, 1, 1),
    photos: eachOf(listAt(review, 2, 2), (photo) => webLink(textAt(photo, 1, 6, 0))),
    reply: textAt(review, 3, 14, 0, 0),
  });
  return Object.keys(found).length > 0 ? found : undefined;
}

/** In answers of 2023, the author stands first in the list, and its page has no list of its own. */
function readAuthor(review: unknown): { author: string | undefined; authorLink: string | undefined } {
  return {
    author: textAt(review, 1, 4, 5, 0) ?? textAt(review, 1, 4, 0, 4),
    authorLink: webLink(textAt(review, 1, 4, 5, 2, 0) ?? textAt(review, 1, 4, 0, 5)),
  };
}

/** The listing counts microseconds; what is no date of this century is none of a review. */
function readTime(review: unknown): number | undefined {
  const microseconds = countAt(review, 1, 2);
  if (microseconds === undefined) return undefined;
  const time = Math.floor(microseconds / 1000);
  return time >= Date.UTC(2000) && time < Date.UTC(2100) ? time : undefined;
}
