import type { Counts, ReviewsFact } from '../../../model.ts';
import type { ItemKey } from '../../kind.ts';
import type { ListedReview } from '../listing/read-reviews.ts';
import type { ReviewsSettings } from '../reviews-schema.ts';
import type { ReviewsState } from './reviews-state.ts';

/** A review as its item has it. */
export type GivenReview = ListedReview & {
  /** An earlier run has given it as it was written before. */
  edited?: true;
};

/** What follows from one page of a place's reviews. */
export interface ReviewsExpansion {
  /** What the job wants of it, and has not given in an earlier run. */
  reviews: GivenReview[];
  counts: Counts;
  /** The page that is asked for next. */
  next?: ReviewsState;
  /** Set when nothing more is asked of the place. */
  ended?: ReviewsFact;
  /** Of `ended: cut`: why, for people. */
  message?: string;
  /** By what later runs know that everything below a review was given. */
  readBelow: ItemKey[];
}

/** How the reading of a place's reviews ends. */
export type EndOfReviews = Pick<ReviewsExpansion, 'ended' | 'message' | 'readBelow'>;

/** A page that was read, or why it could not be. */
export type ReviewsPage =
  | { reviews: ListedReview[]; unread: number; token?: string }
  | { fault: string; isLost: true };

/** What the job says of reviews, and what its earlier runs have given. */
export interface ReviewsJob {
  settings: ReviewsSettings;
  /** The job may give all that is read: it has no `limits.maxItems`. */
  isUnlimited: boolean;
  areKnown(keys: ItemKey[]): Promise<boolean[]>;
}
