import type { Code, Reason } from '../errors.ts';
import type { DocumentInBrowser } from '../fetch/types.ts';
import type { UrlFault } from '../fetch/url.ts';
import type { Item } from '../model.ts';

/** A fetched page, as the extraction gets it. */
export interface Page extends DocumentInBrowser {
  url: string;
  label: string;
  /** Of an answer that its source asked for as a list of items. Absent for all other pages. */
  list?: ListAnswer;
  status: number;
  /** The Content-Type header, `''` when absent. */
  contentType: string;
  /** The Content-Language header. */
  contentLanguage?: string;
  /** The decompressed body. */
  body: Uint8Array;
  /** ISO 8601. */
  fetchedAt: string;
  depth: number;
  referrer?: string;
}

/**
 * A list of items that a source asked for: JSON, whatever its type says, and read although its rule may look for nothing.
 * Whether it may lack its list has been decided by its source.
 */
export interface ListAnswer {
  /** Where the items are. @default where the rule of the label says */
  itemsPath: string | undefined;
  /** The code of one that is no such answer. */
  invalid: Code;
}

/** A link: the resolved URL where a page was read; for a source, the URL as written. */
export interface FoundLink {
  url: string;
  /** Label given by the link rule or the source; without it the URL decides. */
  label?: string;
  /** Given by the link rule, or read from the link: higher is sooner. */
  priority?: number;
}

/**
 * Why a reference is no link: `pattern`: by `match` and `exclude` of the rules that found it; `regex`: one of
 * these took too long; `nofollow`: the page asks not to follow it.
 */
export type LinkRefusal = UrlFault | 'pattern' | 'regex' | 'nofollow';

/** A URL on which a regex of the job took too long. */
export interface Undecided {
  url: string;
  message: string;
}

/** Links that are resolved on demand. */
export interface MoreLinks {
  /** The next links, at most this many; empty at the end. */
  take(most: number): FoundLink[];
  /** The number of references that were not read. */
  left(): number;
}

/** The condition (`unless`, `only`) by which a page or an item is none of its label. */
export interface RuledOut {
  /** Its path in the job. */
  rule: string;
  /** As the counts name it. */
  reason: string;
  /** For people: what is there, or is not. */
  message: string;
}

/** The items and links of a page. */
export interface Extraction {
  items: Item[];
  /** Each URL once, in document order: all of them, or the first of very many. */
  links: FoundLink[];
  /** The other links of a page with very many. */
  moreLinks?: MoreLinks;
  /** References that were read and lead nowhere, each once, by reason. It grows while `moreLinks` are taken. */
  refused?: Partial<Record<LinkRefusal, number>>;
  /** The first of those that were refused as `regex`. */
  undecided?: Undecided[];
  /** The places of the label's link rules that found no link, on a page whose links were all read. */
  idleRules?: number[];
  /** The page is none of its label: it has neither items nor links. */
  ruledOut?: RuledOut;
  /** By which conditions items were left out, once for each. */
  itemsRuledOut?: RuledOut[];
  /** Absolute URL of `<link rel="canonical">`, read only when the job follows canonical links. */
  canonical?: string;
  /** The page is of a kind that its label does not look for: why, as the rest of "it …". It has no items and no links. */
  unasked?: string;
  /** Parts of the page that could not be read; its items are of the others. */
  faults?: Reason[];
}
