import type { CodeCount, Ends } from '../../text/code-counts.ts';

/** What a run made of its searches for places. */
export interface PlacesSummary {
  /** Answers to searches, pages of one cell counted each; details of places; pages of businesses' websites. */
  searches: Ends;
  details: Ends;
  sites: Ends;
  /** Each place once. */
  found: number;
  /** Of them: given by an earlier run, with onlyNew. */
  known: number;
  /** Mentions of places that earlier runs gave or left out, which were not paid for again. */
  unread: number;
  /** Mentions by searches, of which several may be of one place: outside of the area, not as the filter wants them. */
  outside: number;
  filtered: number;
  /** Cells whose search came to an end, and answers that named places, by the form of the request. */
  cells: { whole: number; split: number; saturated: number; failed: number };
  named: number;
  forms: { name: string; count: number }[];
  /** Requests for cells that named no place, to learn whether they are empty. */
  askedAgain: number;
  /** Mentions with words about their business that could not be read; results that could not be read at all. */
  unknownStatus: number;
  unreadRows: number;
  /** Places that were asked for the number of their reviews, which searches did not name. */
  askedForReviews: number;
  /** Fields that were asked of places, by how many answers had them. */
  asked: { field: string; had: number; lacked: number }[];
  failures: PlacesCodeCount[];
  /** Those known from earlier runs are not among them. */
  skips: PlacesCodeCount[];
  /** What Google bills for, and US dollars by the job's prices. */
  billed: { sku: string; id: string; requests: number }[];
  billedUsd: number;
  /** Of these requests, what Google's free ones of the month cover at most: as if nothing else of the month had used any. */
  free: { sku: string; requests: number }[];
}

/** `found`: of the places themselves; the others of what is asked for them. */
export interface PlacesCodeCount extends CodeCount {
  of: 'found' | 'searches' | 'details' | 'sites';
}
