import type { DropError, Reason, RetryError } from '../errors.ts';
import type { Page } from '../extract/types.ts';
import type { FetchResult } from '../fetch/types.ts';
import type { Normalise } from '../fetch/url.ts';
import type { Job } from '../job/schema.ts';
import type { Counts, Item, PageFact, PageRequest, RequestKind } from '../model.ts';
import type { KeptPage } from '../warc/read-pages.ts';
import type { Expansion, OpenSourceFile } from './types.ts';

/**
 * The rules for requests of one kind, except for how their answers are read (`KindReader`). The engine knows this
 * interface, and no kind by its name; each decision is made for every kind, so that a kind without one does not
 * compile.
 */
export interface Kind<K extends RequestKind = RequestKind> {
  /** Whether it is sent to a host: other requests are worked on without robots.txt and turns. */
  readonly touchesHost: boolean;
  /** Whether it is a page of the run: admitted, counted among its pages, limited by `limits.maxPages`. */
  readonly isPage: boolean;
  /** Whether it is a file to be kept: its body goes to where files lie, and `limits.maxFiles` limits it. @default false */
  readonly isDownload?: true;
  /** Whether one of them is a batch by itself, since it is as much work as one. @default false */
  readonly isBatch?: true;
  /** Whether what it is asked with grows old while it waits, such as a token: it goes before others of its host. @default none does */
  growsOld?(request: PageRequest<K>): boolean;
  /** The prefix of its counts, such as `source:`; empty for pages of the run. */
  readonly countPrefix: string;
  /** Whether admissions are counted under its prefix, too: the sum of its ends must equal them. */
  readonly countsAdmission: boolean;
  /**
   * Which limit of the run its result counts against, so that no more requests are under way than the limit leaves.
   * `pages`: it leads to pages alone (`limits.maxPages`). `items`: to items (`limits.maxItems`). `ruleItems`: to items,
   * if the rule of its label takes any. `others`: to further requests, which no limit counts.
   */
  readonly gives: 'pages' | 'items' | 'ruleItems' | 'others';
  /**
   * The pages that its answers list in advance, from which a sample computes their number. `nothing`: as a page of a
   * crawl, whose number is not known before. `all`: an answer is a list, and a sample reads all lists, such as
   * sitemaps. `countedWithoutRun`: the same, but the pages are counted without a request, such as the lines of a file
   * of URLs. `next`: an answer is one page of a list, and leads to the next, such as that of a JSON API.
   */
  readonly lists: 'nothing' | 'all' | 'countedWithoutRun' | 'next';
  /** URL, headers and body are made from its source, whose secrets are placeholders until the request is sent. */
  readonly carriesSecrets: boolean;
  /**
   * Which answers are read. `any`: all, errors and redirects included. `file`: complete ones with content.
   * `document`: the same, except for pages that lead on by themselves (meta refresh).
   */
  readonly reads: 'any' | 'file' | 'document';
  /** The body may have this many bytes even where `fetch.maxBodyBytes` is less. */
  readonly minBodyBytes: number;
  readonly redirects: RedirectRules<K>;

  /** Two requests of one identity are one URL of the run. */
  identity(request: PageRequest<K>, normalise: Normalise): string;
  /** Whether its URL alone identifies it, by its normal form, as for pages that links lead to. */
  isPlain(request: PageRequest<K>): boolean;
  /** The politeness towards its host. */
  hostRules(request: PageRequest<K>, env: SourceEnv): HostRules;
  /** The price of its answer; undefined for most. */
  price(request: PageRequest<K>, env: SourceEnv): RequestPrice | undefined;
  /** What it promises for its price, where it competes with others for `limits.budgetUsd`; undefined for most. */
  bid(request: PageRequest<K>, env: SourceEnv): Bid | undefined;
  /** How many attempts it has, if one fails with this error. */
  attempts(request: PageRequest<K>, error: RetryError | DropError, job: Job): number;
  /** By what this run knows that an earlier run of the job gave it, or left it out: any of these. */
  remembered(request: PageRequest<K>): readonly ItemKey[];
  /** Additional properties of its facts. */
  factParts(request: PageRequest<K>): Pick<PageFact, 'source'>;
  /** The properties of its page for the extractor. */
  pageParts(request: PageRequest<K>, job: Job): Pick<Page, 'list'>;
  /** What is left of it when it ends with this fact, in every case. */
  end(request: PageRequest<K>, fact: Partial<PageFact>): Leftover;
}

/** Reads requests of one kind and their answers: loaded only where requests are fetched. */
export interface KindReader<K extends RequestKind = RequestKind> {
  /** Its result without a fetch; `undefined` if it has to be fetched. */
  begin(request: PageRequest<K>, env: SourceEnv): KindResult | undefined | Promise<KindResult | undefined>;
  /** The result of its answer. Throws `RetryError` or `DropError`. */
  read(request: PageRequest<K>, answer: FetchResult, env: SourceEnv): KindResult | Promise<KindResult>;
  /** If an answer with this status is the end of a list rather than a failure: the message about it. */
  pastEnd(request: PageRequest<K>, status: number, job: Job): string | undefined;
  /** The requests that replace one that failed for good, so that it does not count as failed. */
  fallbacks(request: PageRequest<K>): PageRequest[];
}

/** By what all runs of a job know an item that is given once. */
export interface ItemKey {
  /** Of what the key is one; the same for all sources that give such items. Stored, so it never changes. */
  scope: string;
  key: string;
  /** It is known for 30 to 60 days alone: why a place was left out may no longer hold then. @default for ever */
  fades?: true;
  /** Claimed with it: what later runs are to know of the item besides, which does not decide whether it is given. */
  besides?: ItemKey;
}

/** What a kind may know of the run. */
export interface SourceEnv {
  /** The job, in which secrets of sources that make requests are still placeholders. */
  job: Job;
  openFile: OpenSourceFile;
  opened: OpenedSources;
  /** The sitemaps that the host's robots.txt names, as written, if it was fetched. */
  sitemaps?: string[] | undefined;
  /** Which of these has an earlier run given, or left out? @default none */
  areKnown?(keys: ItemKey[]): Promise<boolean[]>;
}

/** What sources compute once per process and job. A source's own folder adds it here. */
export interface OpenedSources extends Readonly<object> {}

/** The politeness towards the host of a request. */
export interface HostRules {
  /**
   * `obey`: robots.txt applies, crawl-delay included. `api`: a request with a key, to which robots.txt does not
   * apply.
   */
  robots: 'obey' | 'ignore' | 'api';
  /** Requests a minute, if the source sets it; else the job's gap. */
  perMinute?: number;
}

/** The price of one successful request. */
export interface RequestPrice {
  /** Millionths of a US dollar. */
  microUsd: number;
  /** The price as counts of the run. */
  counts: Counts;
  /** How many further answers of this price it is sure to lead to: the budget pays for as many with it as it can. @default 0 */
  ahead?: number;
}

/** What a request promises, of those that the budget may not pay all of. */
export interface Bid {
  /** Items for a dollar, a whole number: the most goes first. */
  perUsd: number;
  /** Millionths of a US dollar. */
  microUsd: number;
  /** By the counts of the run: whether further bids may come, for which it waits. */
  isOpen(counts: Counts): boolean;
}

export interface RedirectRules<K extends RequestKind> {
  /** May a redirect lead to `target`? `isInScope`: by the scope of the job. */
  allows(request: PageRequest<K>, target: string, isInScope: (target: string) => boolean): boolean;
  /** Whether the target was read before for the same purpose, so that the redirect need not be followed. */
  hasRead(request: PageRequest<K>, target: string): boolean;
  /**
   * How the target is compared with the pages of the chain: if it is one of them, it is the same page of the run.
   */
  readonly sameBy: 'normalForm' | 'address' | 'nothing';
  /** The target continues the request itself, even if it was visited before; else it is admitted like a link. */
  readonly continuesRequest: boolean;
}

/** The result of a request, or of its answer. */
export type KindResult =
  /** A page of the run: the rule of its label says what is extracted. */
  | { is: 'page'; paging?: Paging }
  /** A part of a source: pages that it names, and further parts of the source. */
  | { is: 'source'; expansion: Expansion }
  /** Requests of other kinds, and facts about the search for them. */
  | {
      is: 'search';
      fact: Partial<PageFact>;
      links: PageRequest[];
      counts: Counts;
      /** Items that the answer itself gives. @default none */
      items?: KeyedItem[];
      /** Of what it left out, what later runs need not ask for again. */
      leftOut?: ItemKey[];
    }
  /** Pages that were fetched before, of which items alone are taken. */
  | { is: 'pages'; pages: AsyncIterable<KeptPage | 'unchanged'>; earlier?: number }
  /** One step of a chain that is one request to the run: what is known now, and what is fetched next. */
  | { is: 'chainStep'; request: PageRequest; next?: PageRequest }
  /** The request ends. */
  | { is: 'end'; fact: Partial<PageFact>; leftOut?: ItemKey[] }
  /** The service refuses all requests: the run has to be paused until a user resumes it. */
  | ({
      is: 'halt';
      /** What is asked then. @default the request, unchanged */
      again?: PageRequest;
    } & Reason);

/** An item, and by what later runs know it, where it is given only if no earlier run has given it. */
export interface KeyedItem {
  item: Item;
  claim?: ItemKey | undefined;
}

/** The next pages of an API's paging. */
export interface Paging {
  next: PageRequest[];
  /** The page repeats an earlier one: its items are left out, and the paging has ended. */
  repeats?: string;
  /** By what the list ends with this page, for people. */
  end?: string;
  /** Faults of the paging, or doubts about it, which do not affect the page itself. */
  faults: { code: string; message: string }[];
}

/** What is left of a request that has ended. */
export interface Leftover {
  items: KeyedItem[];
  /** Requests that it leads to, now that it has ended. @default none */
  links?: PageRequest[];
  /** The request continues as this one. */
  retry?: PageRequest;
  fact?: Partial<PageFact>;
  /** Additional counts. */
  counts?: Counts;
}
