import { type RefusalReason, refusalMeanings } from '../engine/counts.ts';
import type { Reason } from '../errors.ts';
import type { Counts, LostStep, Run, RunState } from '../model.ts';
import type { SourceSummaries } from '../sources/source-summaries.ts';
import { summariesOfSources } from '../sources/sources.ts';
import { byCount, type CodeCount, endsOf, explained, totalOf } from '../text/code-counts.ts';
import { lostMeanings } from '../text/lost-text.ts';
import type { HeadingOddity, RowOddity } from '../text/row-text.ts';
import { type NeverFound, neverFoundOf } from './never-found.ts';
import { finishedPages, isRunOver, jobNameOf } from './run-view.ts';

export interface ProxySummary {
  /** Both ways, as they are on the wire. */
  bytes: number;
  /** By `proxies.pricePerGb`; 0 without it. */
  costUsd: number;
  /** Requests that a proxy did not bring to their answer. */
  faults: CodeCount[];
}

export interface Summary extends Partial<SourceSummaries> {
  run: string;
  job: string;
  state: RunState;
  /** Why it is paused or was given up, where it did not happen by command. */
  reason?: Reason;
  /** Nothing is open any more, or the rest was given up. */
  isOver: boolean;
  /** False where it goes on, and no process is seen to work on it. */
  isWorkedOn?: boolean;
  startedAt: number;
  /** Unknown of a cancelled run that is over, and of one that nobody works on: the store keeps no end of them. */
  durationMs?: number;
  pages: { admitted: number; stored: number; failed: number; skipped: number; cancelled: number };
  /** Most frequent first. */
  failures: CodeCount[];
  skips: CodeCount[];
  /** Failures of sitemaps, URL files and other requests that only lead to pages. */
  sourceFailures: CodeCount[];
  /** Requests of sources that were skipped, such as those a limit left out. */
  sourceSkips: CodeCount[];
  /** Links not admitted, by reason. */
  refused: { reason: string; count: number; meaning: string }[];
  duplicates: number;
  retries: number;
  /** How often the process of a batch died at work, each batch that it held counted. */
  crashes: number;
  items: number;
  incomplete: number;
  /** Not as the schema of their label has them; by label, path and keyword of JSON Schema. */
  misfits: number;
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
  /** Values that were found, or are required, and were lost at a step of their field; failures.jsonl has examples. */
  lost: { field: string; step: LostStep; count: number; meaning: string }[];
  /** Values that another source of their field (`from`) gave than its first. */
  from: { field: string; source: string; count: number }[];
  /** Values of data of pages, such as JSON-LD, that was broken or is partly code. */
  mended: { field: string; count: number }[];
  /** Languages that pages do not state, by their text. */
  detected: { field: string; count: number }[];
  /** Items of rows that are not like the others of their table, by label. */
  rows: { label: string; oddity: RowOddity; count: number }[];
  /** Tables, or values of columns, whose headings do not do as names: `field` is the label, or the field with its label. */
  headings: { field: string; oddity: HeadingOddity; count: number }[];
  /** Pages and items that `unless` and `only` of their label left out. */
  ruledOut: { label: string; reason: string; count: number }[];
  /** Parts of the job's rules that found nothing on any page of a finished run. No failure, but seldom what is meant. */
  neverFound: NeverFound[];
  bytes: number;
  /** Of a run that read pages in a browser. */
  rendered?: RenderedSummary;
  /** Of a run that used proxies. */
  proxies?: ProxySummary;
  /** Of a job with sessions that logged in, changed or were given up. */
  sessions?: SessionSummary;
  pagesPerSecond?: number;
  /** Says so when the counts of a run that is over do not add up, which is a fault of Spinneret. */
  mismatch?: string;
}

export interface RenderedSummary {
  /** Readings of pages in the browser, those that were repeated among them. */
  pages: number;
  /** Those that did not get all that they asked for (RENDERED_PARTLY). */
  partly: number;
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

/**
 * What a run came to, from its counts. `now` (epoch ms) stands in for the end of a run that goes on;
 * without it, as of one that was stopped at an unknown time, it has no duration.
 */
export function summarise(
  run: Run,
  counts: Counts,
  now: number | undefined,
  seen: Pick<Summary, 'isWorkedOn'> = {},
): Summary {
  const { admitted = 0, stored = 0, failed = 0, skipped = 0, cancelled = 0 } = counts;
  const isOver = isRunOver(run, counts);
  const endedAt = run.finishedAt ?? (isOver && run.state === 'cancelled' ? undefined : now);
  const accounted = finishedPages(counts);
  const mismatch = counts['open'] === 0 ? mismatchOf(counts) : undefined;
  return {
    run: run.id,
    job: jobNameOf(run),
    state: run.state,
    ...(run.reason === undefined ? {} : { reason: run.reason }),
    isOver,
    ...(isOver ? {} : seen),
    startedAt: run.startedAt,
    ...(endedAt === undefined ? {} : speedOf(accounted, endedAt - run.startedAt)),
    pages: { admitted, stored, failed, skipped, cancelled },
    failures: explained(counts, 'failed:'),
    skips: explained(counts, 'skipped:'),
    sourceFailures: explained(counts, 'source:failed:'),
    sourceSkips: explained(counts, 'source:skipped:'),
    ...ofSources(counts),
    refused: byCount(counts, 'refused:')
      .filter(({ name }) => Object.hasOwn(refusalMeanings, name))
      .map(({ name, count }) => ({ reason: name, count, meaning: refusalMeanings[name as RefusalReason] })),
    duplicates: counts['duplicates'] ?? 0,
    retries: counts['retries'] ?? 0,
    crashes: counts['crashes'] ?? 0,
    items: counts['items'] ?? 0,
    incomplete: counts['incomplete'] ?? 0,
    misfits: counts['misfits'] ?? 0,
    misfit: byCount(counts, 'misfit:').map(({ name, count }) => ({ ...splitKeyword(name), count })),
    duplicateItems: counts['duplicateItems'] ?? 0,
    itemsOverLimit: counts['refused:items'] ?? 0,
    listsCut: counts['lists:cut'] ?? 0,
    cutSources: byCount(counts, 'lists:cut:').map(({ name }) => `sources[${name}]`),
    missing: byCount(counts, 'missing:').map(({ name, count }) => ({ field: name, count })),
    lost: lostOf(counts),
    from: byCount(counts, 'from:').map(({ name, count }) => ({ ...splitSource(name), count })),
    mended: byCount(counts, 'mended:').map(({ name, count }) => ({ field: name, count })),
    detected: byCount(counts, 'detected:').map(({ name, count }) => ({ field: name, count })),
    rows: byCount(counts, 'row:').map(({ name, count }) => {
      const [oddity, label = ''] = name.split(':');
      return { label, oddity: oddity as RowOddity, count };
    }),
    headings: byCount(counts, 'heading:').map(({ name, count }) => {
      const [oddity, field = ''] = name.split(/:(.*)/s);
      return { field, oddity: oddity as HeadingOddity, count };
    }),
    ruledOut: byCount(counts, 'ruledOut:').map(({ name, count }) => ({ ...splitReason(name), count })),
    neverFound: run.state === 'finished' && isOver ? neverFoundOf(run, counts) : [],
    bytes: counts['bytes'] ?? 0,
    ...renderedOf(counts),
    ...proxiesOf(counts),
    ...ofSessions(counts),
    ...(mismatch === undefined ? {} : { mismatch }),
  };
}

function renderedOf(counts: Counts): Pick<Summary, 'rendered'> {
  const { rendered: pages = 0 } = counts;
  return pages === 0 ? {} : { rendered: { pages, partly: counts['rendered:partly'] ?? 0 } };
}

function proxiesOf(counts: Counts): Pick<Summary, 'proxies'> {
  const { proxyBytes: bytes, proxyMicroUsd = 0 } = counts;
  const faults = explained(counts, 'proxy:');
  if (bytes === undefined && faults.length === 0) return {};
  return { proxies: { bytes: bytes ?? 0, costUsd: proxyMicroUsd / 1e6, faults } };
}

function lostOf(counts: Counts): Summary['lost'] {
  return byCount(counts, 'lost:').map(({ name, count }) => {
    const [step = '', ...field] = name.split(':');
    return { field: field.join(':'), step: step as LostStep, count, meaning: lostMeanings[step as LostStep] };
  });
}

/** Sources may have colons in them, labels have none. */
function splitSource(name: string): { source: string; field: string } {
  const [, source = '', field = ''] = /^(.*):([^:]*)$/s.exec(name) ?? [];
  return { source, field };
}

/** Paths may have colons in them, keywords have none. */
function splitKeyword(name: string): { keyword: string; field: string } {
  const [keyword = ''] = name.split(':', 1);
  return { keyword, field: name.slice(keyword.length + 1) };
}

/** Reasons may have colons in them, labels have none. */
function splitReason(name: string): { label: string; reason: string } {
  const [label = ''] = name.split(':', 1);
  return { label, reason: name.slice(label.length + 1) };
}

function mismatchOf(counts: Counts): string | undefined {
  const imbalance = (what: string, admitted: number, accounted: number) =>
    admitted === accounted ? undefined : `${admitted} ${what} were admitted, but ${accounted} came to an end`;
  return [
    imbalance('pages', counts['admitted'] ?? 0, finishedPages(counts)),
    ...summariesOfSources.map(({ balanced: { what, prefix } }) =>
      imbalance(what, counts[`${prefix}admitted`] ?? 0, totalOf(endsOf(counts, prefix))),
    ),
  ].find((problem) => problem !== undefined);
}

function ofSources(counts: Counts): Partial<SourceSummaries> {
  const made = summariesOfSources.map(({ key, of }) => [key, of(counts)] as const);
  return Object.fromEntries(made.filter(([, summary]) => summary !== undefined));
}

function ofSessions(counts: Counts): Pick<Summary, 'sessions'> {
  const of = (name: string) => counts[`sessions:${name}`] ?? 0;
  const sessions = {
    ...{ logins: of('logins'), ended: of('ended'), retired: of('retired') },
    ...{ rotated: of('rotated'), written: of('written') },
  };
  return Object.values(sessions).some((count) => count > 0) ? { sessions } : {};
}

function speedOf(pages: number, durationMs: number): Pick<Summary, 'durationMs' | 'pagesPerSecond'> {
  return { durationMs, pagesPerSecond: durationMs <= 0 ? 0 : (pages * 1_000) / durationMs };
}
