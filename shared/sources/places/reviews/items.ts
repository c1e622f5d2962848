import type { SourceItems } from '../../reports.ts';
import { reviewItemName } from './review-item-name.ts';

declare module '../../reports.ts' {
  interface ItemMarks {
    hasReviews: boolean;
  }
}

/** The layout of reviews in tables. They are of the listing, for which no terms say how long what it shows may be kept. */
export const reviewItems: SourceItems = {
  item: reviewItemName,
  mark: 'hasReviews',
  columns: {
    order: [
      ...['placeId', 'at', 'rating', 'author', 'text', 'language', 'reply', 'edited'],
      '*',
      ...['authorLink', 'reviewId', 'fetchedAt', '_item', '_url'],
    ],
    nested: ['provenance'],
    // No header is shortened.
    shortened: /(?!)/,
  },
  gather: undefined,
  keep: (record) => ({ record, remarks: [] }),
  remarks: {},
};
