// Written by `spinneret types` of the job books: write it again after changing the job.
// Whole numbers beyond 2^53 are text, with all digits.
// Not here: made: a handler makes its items.

/** An item of pages.book. */
export interface Book {
  _item: 'book';
  _url: string;
  isbn: string;
  title: string | null;
  price: number | null;
  stock: boolean | 'unknown';
  tags: (string | null)[];
  offers: {
    shop: string | null;
    amount: number;
  }[];
  facts: Record<string, string | null> | null;
  rows: Record<string, string | null>[] | null;
  status: number;
  'odd name': string | null;
  code: string | null;
}

/** An item of pages.news-item. */
export interface NewsItem {
  _item: 'story';
  _url: string;
  kind: 'news';
}

/** An item of the job. */
export type Item = Book | NewsItem;
