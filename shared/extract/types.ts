import type { UrlFault } from '../fetch/url.ts';
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

/** A link: the address it leads to where a page was read. What a source names stands as it was written. */
export interface FoundLink {
  url: string;
  /** Label given by the link rule or the source; without it the URL decides. */
  label?: string;
}

/** Why a reference is no link: `pattern`: by `match` and `exclude` of the rules that found it; `regex`: one of these took too long. */
export type LinkRefusal = UrlFault | 'pattern' | 'regex';

/** A URL that a regex of the job took too long on. */
export interface Unjudged {
  url: string;
  message: string;
}

/** Links that are made absolute as they are asked for. */
export interface MoreLinks {
  /** The next, at most so many; none at the end. */
  take(most: number): FoundLink[];
  /** References that were not looked at. */
  left(): number;
}

/** What a page holds. */
export interface Extraction {
  items: Item[];
  /** Each URL once, in document order: all of them, or the first of very many. */
  links: FoundLink[];
  /** The others of a page with very many links. */
  moreLinks?: MoreLinks;
  /** References that were looked at and lead nowhere, each once, by reason. It grows as `moreLinks` are taken. */
  refused?: Partial<Record<LinkRefusal, number>>;
  /** The first of those that are refused as `regex`. */
  unjudged?: Unjudged[];
  /** Absolute URL of `<link rel="canonical">`, looked for only when the job follows canonical links. */
  canonical?: string;
}
