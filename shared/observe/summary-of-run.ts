import type { Reason } from '../errors.ts';
import type { LostStep, RunState } from '../model.ts';
import type { SourceSummaries } from '../sources/source-summaries.ts';
import type { CodeCount } from '../text/code-counts.ts';
import type { HeadingOddity, RowOddity } from '../text/row-text.ts';
import type { NeverFound } from './never-found.ts';

export interface ProxySummary {
  /** Both ways, as they are on the wire. */
  bytes: number;
  /** By `proxies.pricePerGb`; 0 without it. */
  costUsd: number;
  /** Requests that a proxy did not bring to their answer. */
  faults: CodeCount[];
}

export interface Summary extends Partial<SourceSummaries> {
  /** Its id. */
  run: string;
  /** Name of the job. */
  job: string;
  /** Paused and cancelled runs may have batches that are still worked on: see `isOver`. */
  state: RunState;
  /** Why it is paused or was given up, where it did not happen by command. */
  reason?: Reason;
  /** Nothing is open any more, or the rest was given up. */
  isOver: boolean;
  /** False where it goes on, and no process is seen to work on it. */
  isWorkedOn?: boolean;
  /** Epoch ms. */
  startedAt: number;
  /** Unknown of a cancelled run that is over, and of one that nobody works on: the store keeps no end of them. */
  durationMs?: number;
  /** URLs that were admitted, and how they ended: what is missing to the sum is to be done. */
  pages: { admitted: number; stored: number; failed: number; skipped: number; cancelled: number };
  /** Pages that failed, by code; most frequent first. */
  failures: CodeCount[];
  /** Pages that were skipped, by code. */
  skips: CodeCount[];
  /** Failures of sitemaps, URL files and other requests that only lead to pages. */
  sourceFailures: CodeCount[];
  /** Requests of sources that were skipped, such as those a limit left out. */
  sourceSkips: CodeCount[];
  /** Links not admitted, by reason. */
  refused: { reason: string; count: number; meaning: string }[];
  /** Links to URLs that had been admitted before. */
  duplicates: number;
  /** Requests that were sent again after a failure. */
  retries: number;
  /** How often the process of a batch died at work, each batch that it held counted. */
  crashes: number;
  /** Items that have all required fields. */
  items: number;
  /** Items that lack a required field. */
  incomplete: number;
  /** Items that are not as the schema of their label has them. */
  misfits: number;
  /** What of them does not fit: by label and path, and keyword of JSON Schema. */
  misfit: { field: string; keyword: string; count: number }[];
  /** Items that equal another item of the run by the `key` of their label (DUPLICATE_ITEM). */
  duplicateItems: number;
  /** Over `limits.maxItems`: extracted, not kept. */
  itemsOverLimit: number;
  /** Pages of APIs that were not read: what comes after them is not known. */
  listsCut: number;
  /** The sources of these, as paths into the job; none of runs of version 0.1. */
  cutSources: string[];
  /** Fields that incomplete items lack, as `label.field`. */
  missing: { field: string; count: number }[];
  /** Values that were found, or are required, and were lost at a step of their field; failures.jsonl has those of incomplete items. */
  lost: { field: string; step: LostStep; count: number; meaning: string }[];
  /** Values that another source of their field (`from`) gave than its first. */
  from: { field: string; source: string; count: number }[];
  /** Values of data of pages, such as JSON-LD, that was broken or is partly code. */
  mended: { field: string; count: number }[];
  /** Languages that pages do not state, by their text. */
  detected: { field: string; count: number }[];
  /** Texts with bytes that are no characters of their page's encoding, which are U+FFFD in them. */
  damaged: { field: string; count: number }[];
  /** Values that are one of several at their place on the page, which differ. */
  ambiguous: { field: string; count: number }[];
  /** Items of rows that are not like the others of their table, by label. */
  rows: { label: string; oddity: RowOddity; count: number }[];
  /** Tables, or values of columns, whose headings do not do as names: `field` is the label, or the field with its label. */
  headings: { field: string; oddity: HeadingOddity; count: number }[];
  /** Pages and items that `unless` and `only` of their label left out. */
  ruledOut: { label: string; reason: string; count: number }[];
  /** Parts of the job's rules that found nothing on any page of a finished run. No failure, but seldom what is meant. */
  neverFound: NeverFound[];
  /** Of the pages that were fetched, decompressed. */
  bytes: number;
  /** Answers read from this machine's cache and not from the sites, by the day on which they were fetched (UTC). */
  cached: { day: string; count: number }[];
  /**
   * Of a run of a job with `keep`: pages that are kept, those that were answered 304, what pages in a browser loaded (`truncated`:
   * without their bodies), and the bytes of all, compressed.
   */
  kept?: { pages: number; unchanged: number; loaded?: number; truncated?: number; bytes: number };
  /** Of a run of a job with `recrawl`. */
  changes?: ChangeSummary;
  /** Of a run that read pages in a browser. */
  rendered?: RenderedSummary;
  /** Of a run that used proxies. */
  proxies?: ProxySummary;
  /** Of a job with sessions that logged in, changed or were given up. */
  sessions?: SessionSummary;
  /** Pages that came to an end, over the duration. */
  pagesPerSecond?: number;
  /** Why a run that is over is no usable result, or one of which parts are missing. Such a run failed. */
  noResult?: string;
  /** Says so when the counts of a run that is over do not add up, which is a fault of Spinneret. */
  mismatch?: string;
}

/** How many are what, beside the runs before. */
export interface Changes {
  new: number;
  changed: number;
  unchanged: number;
  /** They are no more, or no longer linked. */
  gone: number;
  /** The run cannot tell. */
  notSeen: number;
}

export interface ChangeSummary {
  pages: Changes;
  items: Changes;
  /** Unchanged pages whose body is another one. */
  otherBodies: number;
  /** Pages too large to be known to the next run. */
  tooLarge: number;
  /**
   * Why the run cannot tell of pages that it has not met that they are no longer linked: a code of docs/errors.md,
   * CANCELLED, LIMIT_DEPTH or LIST_CUT.
   */
  doubt?: string;
  /** Pages that were answered 304, so that items and links are those of their last fetch. */
  reused: number;
  /** Pages that were not asked for, since the budget of the run (`recrawl.budget`) went to others: they are as in their last fetch. */
  notDue: number;
  /** Of the answers 304, those that were checked. */
  checked: number;
  /** Hosts that answered 304 for pages that had changed, with how many were found. */
  untrue: { host: string; count: number }[];
}

export interface RenderedSummary {
  /** Readings of pages in the browser, those that were repeated among them. */
  pages: number;
  /** Those that did not get all that they asked for (RENDERED_PARTLY). */
  partly: number;
  /** Frames of other sites in them, which rules do not see. */
  unreadFrames: number;
}

/** What became of a run's sessions. */
export interface SessionSummary {
  /** Logins that were sent. */
  logins: number;
  /** Sessions whose end a page showed. */
  ended: number;
  /** Sessions of pools that failed too often in a row and were given up. */
  retired: number;
  /** Requests that went on with the next session of their pool. */
  rotated: number;
  /** Records written because cookies had changed, or for failures, besides one for each opening. */
  written: number;
}
