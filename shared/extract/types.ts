import type { Item } from '../model.ts';

/** A fetched page, as extraction sees it. */
export interface Page {
  url: string;
  label: string;
  /** `rest`: a JSON answer whose items are at `itemsPath`. */
  kind: 'page' | 'rest';
  itemsPath?: string;
  status: number;
  /** The Content-Type header, `''` when absent. */
  contentType: string;
  /** Decompressed. */
  body: Uint8Array;
  /** ISO 8601. */
  fetchedAt: string;
  depth: number;
  referrer?: string;
}

/** A link: absolute, and normalised where a page was read. What a source names stands as it was written. */
export interface FoundLink {
  url: string;
  /** Label given by the link rule or the source; without it the URL decides. */
  label?: string;
}

/** What a page holds. */
export interface Extraction {
  items: Item[];
  links: FoundLink[];
  /** Absolute URL of `<link rel="canonical">`, looked for only when the job follows canonical links. */
  canonical?: string;
}
