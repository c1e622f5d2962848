import type { Reason } from '../errors.ts';
import type { Job } from '../job/schema.ts';
import type { SourceName, SourceSettings } from '../job/source-schema.ts';
import type { Counts, Item, PageFact, PageRequest } from '../model.ts';
import type { Paint } from '../text/paint.ts';
import type { OpenedSources } from './kind.ts';
import type { PageSample } from './page-sample.ts';
import type { OpenSourceFile } from './types.ts';

/** What a source knows in advance of a run. Slow modules are loaded only by callers that need them. */
export interface SourceAhead<Name extends SourceName = SourceName> {
  /** Its pages are named by lists that are fetched: a sample is complete when all of them are read. */
  readonly readsLists: boolean;
  /** For a source about which a sample of pages says nothing: the requests that a run would make. */
  readonly estimate: (() => Promise<PlanEstimate>) | undefined;
  /**
   * For a source whose pages a sample could not exhaust: names its pages, chunk by chunk, so that they can be
   * counted.
   */
  readonly list: (() => Promise<ListPages>) | undefined;
  /** The request that it would make of a URL that a user tries, if that is not the request of a page. */
  readonly request: (() => Promise<RequestOfUrl<Name>>) | undefined;
  /** For a source with files of its own: what their beginnings hold, for whoever checks the job. */
  readonly notes: (() => Promise<NotesOfSource<Name>>) | undefined;
  /** For a source that is queried by words rather than by URLs: the result of one query. */
  readonly query: (() => Promise<OpenQuery>) | undefined;
  /** For a source that searches areas: where one lies, by its name. */
  readonly locate: (() => Promise<LocateAreas>) | undefined;
}

/** For a source that names pages of the run by URLs: a sample is sufficient. */
export const isSampled = {
  readsLists: false,
  estimate: undefined,
  list: undefined,
  request: undefined,
  notes: undefined,
  query: undefined,
  locate: undefined,
} as const satisfies SourceAhead;

/** Clauses. Throws `DropError` SOURCE_MISSING. */
export type NotesOfSource<Name extends SourceName> = (
  settings: SourceSettings<Name>,
  openFile: OpenSourceFile,
) => Promise<string[]>;

export type ListPages = (job: Job, index: number, openFile: OpenSourceFile) => AsyncIterable<string[]>;

/** `label`: given by the user; then the URL need not look like one of the source. */
export type RequestOfUrl<Name extends SourceName> = (
  settings: SourceSettings<Name>,
  index: number,
  url: string,
  label: string | undefined,
) => PageRequest | undefined;

/**
 * For all sources of the job that are estimated in this way. Throws `HaltError` JOB_INVALID, and `DropError`
 * SOURCE_MISSING.
 */
export type PlanEstimate = (job: Job, openFile: OpenSourceFile) => Promise<EstimatePlan>;

export interface EstimatePlan {
  /** A job that is free of charge, whose facts count what there is; absent where nothing can be counted. */
  counting: Job | undefined;
  /** Called for each fact of that run. */
  note(fact: PageFact): void;
  /** Whether a run that started then (epoch ms) has to do with what this one would cost now. */
  sharesBill(startedAt: number): boolean;
  /** Called when that run has ended, or at once if there is none. `before`: the sum of the counts of such runs. */
  conclude(count: CountingRun, before: Counts): SourceEstimate;
}

/** How that run ended. */
export interface CountingRun {
  isInterrupted: boolean;
  /** Why it was given up, such as a refused key or a used-up quota. */
  heldUp?: Reason | undefined;
}

export interface SourceEstimate {
  /** For programs (`--json`). */
  figures: object;
  /** The requests of a run: their number by host, and milliseconds between two of them. */
  hosts: { pages: number; gapMs: number }[];
  pagesPerBatch: number;
  sample: PageSample;
  /** Nothing could be counted although it should have been. */
  isFailed: boolean;
  /** For people. `awsUsd`: what AWS bills for the run, if it runs there. */
  lines(awsUsd: number): string[];
  /** Suggestions to improve the job. */
  hints(awsUsd: number): string[];
  /** Maps of what would be searched, as SVG. */
  pictures(): string[];
}

/**
 * For the first source of the job that is queried by words. Throws `HaltError` USAGE if there is nothing to query.
 */
export type OpenQuery = (opened: OpenedSources, query: string) => QueryTrial;

export interface QueryTrial {
  /** Index into `job.sources`. */
  index: number;
  request: PageRequest;
  /** Whether a request that the answer leads to is one that becomes an item. */
  leadsToItem(request: PageRequest): boolean;
  /** What a run would ask for after a request that led to an item, such as its reviews. */
  after(request: PageRequest, fact: PageFact): PageRequest | undefined;
  /** The result: the answer, the requests that lead to items, and all visits for those that were made. */
  report(answer: TrialVisit, found: PageRequest[], steps: TrialVisit[]): QueryReport;
}

/** The visit of one request, as a run would record it. */
export interface TrialVisit {
  url: string;
  fact: PageFact;
  links: PageRequest[];
  items: Item[];
  linkCounts: Counts;
}

export interface QueryReport {
  /** For programs (`--json`). */
  figures: object;
  /** For people; `itemLines` shows an item in the format of all commands. */
  lines(paint: Paint, itemLines: (item: Item) => string[]): string[];
}

/** Rejects with `HaltError` where the service refuses the key or the request, and with what a fetch throws. */
export type LocateAreas = (names: readonly string[], question: AreaQuestion) => Promise<LocatedAreas>;

export interface AreaQuestion {
  key: string;
  /** @default the service's own */
  endpoint?: string | undefined;
  /** BCP 47. */
  language: string;
  /** Two letters: names mean what they mean there. */
  region?: string | undefined;
}

export interface LocatedAreas {
  /** As asked for, one for each name. */
  areas: LocatedArea[];
  /** Requests that the service prices. */
  priced: number;
  /** US dollars per 1,000 of these, before free ones. */
  usdPerThousand: number;
}

export type LocatedArea =
  | { query: string; state: 'unknown' }
  /** A name that a job may use as it is: its boundary comes with the product. `name`: without doubt. */
  | { query: string; state: 'named'; name: string }
  /** `business`: what the service takes it for is no area, but a business or a street. */
  | {
      query: string;
      state: 'area' | 'business';
      /** Its address, by the service. */
      name: string;
      types: string[];
      placeId: string;
      /** What a map shows of it: degrees; `west` is greater than `east` across the antimeridian. */
      box: { west: number; south: number; east: number; north: number };
    };
