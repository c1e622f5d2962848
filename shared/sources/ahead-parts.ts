import type { PageSample } from '../cost/run-plan.ts';
import type { Reason } from '../errors.ts';
import type { Job } from '../job/schema.ts';
import type { SourceName, SourceSettings } from '../job/source-schema.ts';
import type { Counts, Item, PageFact, PageRequest } from '../model.ts';
import type { Paint } from '../text/paint.ts';
import type { OpenedSources } from './kind.ts';
import type { OpenSourceFile } from './types.ts';

/** What a source can say ahead of a run. Whatever takes its time to load is loaded for those who ask. */
export interface SourceAhead<Name extends SourceName = SourceName> {
  /** It names its pages by lists that are fetched: a sample is whole when they are all read. */
  readonly readsLists: boolean;
  /** Of one that a sample of pages says nothing about: what a run would ask of it. */
  readonly estimate: (() => Promise<PlanEstimate>) | undefined;
  /** Pages that it names, chunk by chunk, of one that a sample would not come to the end of: they are counted instead. */
  readonly list: (() => Promise<ListPages>) | undefined;
  /** The request that it would make of a URL that somebody tries, where it makes any but that of a page. */
  readonly request: (() => Promise<RequestOfUrl<Name>>) | undefined;
  /** Of one that is asked by words rather than by URLs: what it makes of one answer. */
  readonly query: (() => Promise<OpenQuery>) | undefined;
}

/** Of one that names pages of the run by URLs: a sample says what there is to say. */
export const isSampled = {
  readsLists: false,
  estimate: undefined,
  list: undefined,
  request: undefined,
  query: undefined,
} as const satisfies SourceAhead;

export type ListPages = (job: Job, index: number, openFile: OpenSourceFile) => AsyncIterable<string[]>;

/** `label`: given by whoever tries; then the URL need not look like one of the source. */
export type RequestOfUrl<Name extends SourceName> = (
  settings: SourceSettings<Name>,
  index: number,
  url: string,
  label: string | undefined,
) => PageRequest | undefined;

/** Of all sources of the job that are estimated so. Throws `HaltError` JOB_INVALID, and `DropError` SOURCE_MISSING. */
export type PlanEstimate = (job: Job, openFile: OpenSourceFile) => Promise<EstimatePlan>;

export interface EstimatePlan {
  /** A run of it is free of charge, and its facts count what there is; absent where nothing can be counted. */
  counting: Job | undefined;
  /** Called for each fact of that run. */
  note(fact: PageFact): void;
  /** Called when it has ended, or at once where there is none. */
  conclude(count: CountingRun): SourceEstimate;
}

export interface CountingRun {
  counts: Counts;
  isInterrupted: boolean;
  /** Why it was given up: a key that is refused, a quota used up. */
  heldUp?: Reason | undefined;
}

export interface SourceEstimate {
  /** For programs. */
  figures: object;
  /** What a run would ask: requests by host, and milliseconds between two of them. */
  hosts: { pages: number; gapMs: number }[];
  pagesPerBatch: number;
  sample: PageSample;
  /** Nothing could be counted that should have been. */
  isFailed: boolean;
  /** For people. `awsUsd`: what AWS bills for the run, if it runs there. */
  lines(awsUsd: number): string[];
  /** What could be better about the job. */
  hints(awsUsd: number): string[];
}

/** Of the first source of the job that is asked by words. Throws `HaltError` USAGE where there is nothing to ask. */
export type OpenQuery = (opened: OpenedSources, query: string) => QueryTrial;

export interface QueryTrial {
  /** Index into `job.sources`. */
  index: number;
  request: PageRequest;
  /** Of the requests that the answer leads to: those that are each taken to an item. */
  leadsToItem(request: PageRequest): boolean;
  /** What came of it: the answer, what of it leads to items, and all that was asked for those that were taken. */
  report(answer: TrialVisit, found: PageRequest[], steps: TrialVisit[]): QueryReport;
}

/** One request that was asked, as a run would write it down. */
export interface TrialVisit {
  url: string;
  fact: PageFact;
  links: PageRequest[];
  items: Item[];
  linkCounts: Counts;
}

export interface QueryReport {
  /** For programs. */
  figures: object;
  /** For people; `itemLines` shows an item, as all commands do. */
  lines(paint: Paint, itemLines: (item: Item) => string[]): string[];
}
