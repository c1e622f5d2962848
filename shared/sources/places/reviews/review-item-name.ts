/** What stands in `_item` of a review. */
export const reviewItemName = 'review';
