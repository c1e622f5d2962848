import type { Reason, RetryError } from '../errors.ts';
import type { Page } from '../extract/types.ts';
import type { FetchResult } from '../fetch/types.ts';
import type { Normalise } from '../fetch/url.ts';
import type { Job } from '../job/schema.ts';
import type { Counts, Item, PageFact, PageRequest, RequestKind } from '../model.ts';
import type { Expansion, OpenSourceFile } from './types.ts';

/**
 * All that the engine asks about requests of one kind, apart from what is made of them (`KindReader`). The engine knows this
 * shape, and no kind by its name; each decision is made here for every kind, so that a kind without one does not compile.
 */
export interface Kind<K extends RequestKind = RequestKind> {
  /** Whether it asks a host: those that do not are worked on without robots.txt and turns. */
  readonly touchesHost: boolean;
  /** A page of the run: admitted, counted among its pages, bound by `limits.maxPages`. */
  readonly isPage: boolean;
  /** What the names of its counts begin with, such as `source:`; those of pages of the run begin with nothing. */
  readonly countPrefix: string;
  /** How many of them a run admits is counted too, under its prefix: each ends as something. */
  readonly countsAdmission: boolean;
  /**
   * What is scarce of all that it leads to, so that no more are under way than are needed. `pages`: it leads to
   * nothing else. `ruleItems`: items, if the rule of its label takes any. `others`: to what is asked for next.
   */
  readonly gives: 'pages' | 'items' | 'ruleItems' | 'others';
  /**
   * Pages that its answers name beforehand, by which a sample tells how many there are. `all`: an answer is a list, and a
   * sample reads all lists there are. `apart`: the same, but they are counted without a run. `next`: it is a page of a list,
   * and leads to the list's next page.
   */
  readonly lists: 'nothing' | 'all' | 'apart' | 'next';
  /** URL, headers and body are made from its source, whose secrets are placeholders until it is fetched. */
  readonly carriesSecrets: boolean;
  /**
   * What is read of an answer. `any`: whatever came, errors and redirects included. `file`: what is whole and has
   * content. `document`: the same, but for pages that lead on by themselves (meta refresh).
   */
  readonly reads: 'any' | 'file' | 'document';
  /** Bytes of its body that are read even where `fetch.maxBodyBytes` is less. */
  readonly minBodyBytes: number;
  readonly redirects: RedirectRules<K>;

  /** Two requests of one identity are one URL of the run. */
  identity(request: PageRequest<K>, normalise: Normalise): string;
  /** Its URL alone names it, by its normal form, as with the pages that links lead to. */
  isPlain(request: PageRequest<K>): boolean;
  /** How its host is treated. */
  manners(request: PageRequest<K>, env: SourceEnv): Manners;
  /** What its answer costs; nothing for most. */
  price(request: PageRequest<K>, env: SourceEnv): RequestPrice | undefined;
  /** How often it is tried, if a try fails like this. */
  attempts(request: PageRequest<K>, error: RetryError, job: Job): number;
  /** The key by which later runs of the job are to know that it was given; none if they need not. */
  remembered(request: PageRequest<K>): string | undefined;
  /** What facts about it say besides. */
  factParts(request: PageRequest<K>): Pick<PageFact, 'source'>;
  /** What its page is to the extractor. */
  pageParts(request: PageRequest<K>, job: Job): Pick<Page, 'kind' | 'itemsPath'>;
  /** What is left of it where it ends with this fact, however it ends. */
  end(request: PageRequest<K>, fact: Partial<PageFact>): Leftover;
}

/** What is made of requests of one kind, and of their answers: for those who fetch, and for nobody else to load. */
export interface KindReader<K extends RequestKind = RequestKind> {
  /** What it comes to without a fetch; `undefined` if it has to be fetched. */
  begin(request: PageRequest<K>, env: SourceEnv): KindResult | undefined | Promise<KindResult | undefined>;
  /** What its answer comes to. Throws `RetryError` or `DropError`. */
  read(request: PageRequest<K>, answer: FetchResult, env: SourceEnv): KindResult | Promise<KindResult>;
  /** Where an answer of this status is the end of what its pages list, rather than a fault: what to say of it. */
  pastEnd(request: PageRequest<K>, status: number, job: Job): string | undefined;
  /** What is asked instead of one that failed for good, so that it does not count as failed. */
  instead(request: PageRequest<K>): PageRequest[];
}

/** What a kind may ask about the run. */
export interface SourceEnv {
  /** Secrets of sources that requests are made from are still placeholders. */
  job: Job;
  openFile: OpenSourceFile;
  opened: OpenedSources;
  /** What the host's robots.txt names, if it was asked: as written. */
  sitemaps?: string[] | undefined;
  /** Has an earlier run given all of these, by the keys by which they are remembered? @default never */
  areKnown?(keys: string[]): Promise<boolean>;
}

/** What sources work out once per process and job. A source's own folder adds it here. */
export interface OpenedSources extends Readonly<object> {}

/** How the host of a request is treated. */
export interface Manners {
  /** `obey`: robots.txt binds it, crawl-delay included. `api`: it is asked with a key, and robots.txt is about pages. */
  robots: 'obey' | 'ignore' | 'api';
  /** Requests a minute, where the source says it; else the job's gap holds. */
  perMinute?: number;
}

/** Of one request that goes well. */
export interface RequestPrice {
  /** Millionths of a US dollar. */
  microUsd: number;
  /** As counts of the run. */
  counts: Counts;
}

export interface RedirectRules<K extends RequestKind> {
  /** May it lead there? `isInScope`: by the scope of the job. */
  allows(request: PageRequest<K>, target: string, isInScope: (target: string) => boolean): boolean;
  /** What it belongs to has been there before, so that it need not go. */
  hasRead(request: PageRequest<K>, target: string): boolean;
  /** By which the target may turn out to be a page that the chain has been at: to the run that is the same page. */
  readonly sameBy: 'normalForm' | 'address' | 'nothing';
  /** The target goes on as the request, whoever has been there before; else it is admitted like a link. */
  readonly staysItself: boolean;
}

/** What a kind makes of a request, or of its answer. */
export type KindResult =
  /** A page of the run: the rule of its label says what is taken from it. */
  | { is: 'page'; paging?: Paging }
  /** A part of a source: pages that it names, and more of itself. */
  | { is: 'source'; expansion: Expansion }
  /** Requests of other kinds, and facts about the search for them. */
  | { is: 'search'; fact: Partial<PageFact>; links: PageRequest[]; counts: Counts }
  /** One step of a chain that is one request to the run: what is known by now, and what is fetched next. */
  | { is: 'step'; request: PageRequest; next?: PageRequest }
  /** It ends here. */
  | { is: 'end'; fact: Partial<PageFact> }
  /** Its service answers nobody for now: the run has to pause until somebody has looked. */
  | ({ is: 'halt' } & Reason);

/** Where an API's paging goes on. */
export interface Paging {
  next: PageRequest[];
  /** It holds what an earlier page did: its items are left out, and the paging has ended. */
  repeats?: string;
  /** Faults of the paging, or doubts about it, which take nothing from the page itself. */
  faults: { code: string; message: string }[];
}

/** Of a request that has ended. */
export interface Leftover {
  items: Item[];
  /** It goes on as this one instead. */
  retry?: PageRequest;
  /** The key of its item, which is given only if no earlier run has given it. */
  claim?: string;
  fact?: Partial<PageFact>;
  /** What is counted besides. */
  counts?: Counts;
}
