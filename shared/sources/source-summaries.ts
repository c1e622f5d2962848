import type { FilesSummary } from './files/summary-shape.ts';
import type { ReviewsSummary } from './places/reviews/summary-shape.ts';
import type { PlacesSummary } from './places/summary-shape.ts';

/** What the summary of a run has of sources that lead to more than pages of the run, by the key that it is under. */
export interface SourceSummaries {
  places: PlacesSummary;
  reviews: ReviewsSummary;
  downloads: FilesSummary;
}
