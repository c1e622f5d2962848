import { type RefusalReason, refusalMeanings } from '../engine/counts.ts';
import { type Code, explainCode, type Reason } from '../errors.ts';
import type { Counts, LostStep, Run, RunState } from '../model.ts';
import { type Sku, skuNames } from '../places/skus.ts';
import { lostMeanings } from './lost-text.ts';
import { finishedPages, isRunOver, jobNameOf } from './run-view.ts';

/** How often something happened, and what it means in plain words. */
export interface CodeCount {
  code: string;
  count: number;
  happened: string;
  remedy: string;
}

export interface Summary {
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
  /** Those that were not asked for. */
  sourceSkips: CodeCount[];
  /** Of a job with places sources. */
  places?: PlacesSummary;
  /** Links not admitted, by reason. */
  refused: { reason: string; count: number; meaning: string }[];
  duplicates: number;
  retries: number;
  /** How often the process of a batch died at work, each batch that it held counted. */
  crashes: number;
  items: number;
  incomplete: number;
  /** Over `limits.maxItems`: extracted, not kept. */
  itemsOverLimit: number;
  /** Pages of APIs that were not read: what comes after them is not known. */
  listsCut: number;
  /** Fields that incomplete items lack, as `label.field`. */
  missing: { field: string; count: number }[];
  /** Values that were found, or are required, and were lost at a step of their field; failures.jsonl has examples. */
  lost: { field: string; step: LostStep; count: number; meaning: string }[];
  bytes: number;
  pagesPerSecond?: number;
  /** Says so when the counts of a run that is over do not add up, which is a fault of Spinneret. */
  mismatch?: string;
}

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
  /** Mentions by searches, of which several may be of one place: outside of the area, not as the filter wants them. */
  outside: number;
  filtered: number;
  failures: PlacesCodeCount[];
  /** Those known from earlier runs are not among them. */
  skips: PlacesCodeCount[];
  /** What Google bills for, and US dollars by the job's prices. */
  billed: { sku: string; requests: number }[];
  billedUsd: number;
}

/** `found`: of the places themselves; the others of what is asked for them. */
export interface PlacesCodeCount extends CodeCount {
  of: keyof typeof groups;
}

const groups = { found: 'place', searches: 'cell', details: 'details', sites: 'site' } as const;

export type Ends = Record<'stored' | 'failed' | 'skipped' | 'cancelled', number>;

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
  const ended = finishedPages(counts);
  const mismatch = counts['open'] === 0 ? mismatchOf(counts) : undefined;
  return {
    run: run.id,
    job: jobNameOf(run),
    state: run.state,
    ...(run.reason === undefined ? {} : { reason: run.reason }),
    isOver,
    ...(isOver ? {} : seen),
    startedAt: run.startedAt,
    ...(endedAt === undefined ? {} : speedOf(ended, endedAt - run.startedAt)),
    pages: { admitted, stored, failed, skipped, cancelled },
    failures: explained(counts, 'failed:'),
    skips: explained(counts, 'skipped:'),
    sourceFailures: explained(counts, 'source:failed:'),
    sourceSkips: explained(counts, 'source:skipped:'),
    ...placesOf(counts),
    refused: byCount(counts, 'refused:')
      .filter(({ name }) => Object.hasOwn(refusalMeanings, name))
      .map(({ name, count }) => ({ reason: name, count, meaning: refusalMeanings[name as RefusalReason] })),
    duplicates: counts['duplicates'] ?? 0,
    retries: counts['retries'] ?? 0,
    crashes: counts['crashes'] ?? 0,
    items: counts['items'] ?? 0,
    incomplete: counts['incomplete'] ?? 0,
    itemsOverLimit: counts['refused:items'] ?? 0,
    listsCut: counts['lists:cut'] ?? 0,
    missing: byCount(counts, 'missing:').map(({ name, count }) => ({ field: name, count })),
    lost: lostOf(counts),
    bytes: counts['bytes'] ?? 0,
    ...(mismatch === undefined ? {} : { mismatch }),
  };
}

function lostOf(counts: Counts): Summary['lost'] {
  return byCount(counts, 'lost:').map(({ name, count }) => {
    const [step = '', ...field] = name.split(':');
    return { field: field.join(':'), step: step as LostStep, count, meaning: lostMeanings[step as LostStep] };
  });
}

function mismatchOf(counts: Counts): string | undefined {
  const imbalance = (what: string, admitted: number, ended: number) =>
    admitted === ended ? undefined : `${admitted} ${what} were admitted, but ${ended} came to an end`;
  const places = endsOf(counts, 'place');
  const finishedPlaces = Object.values(places).reduce((sum, count) => sum + count, 0);
  return (
    imbalance('pages', counts['admitted'] ?? 0, finishedPages(counts)) ??
    imbalance('places', counts['place:admitted'] ?? 0, finishedPlaces)
  );
}

function placesOf(counts: Counts): Pick<Summary, 'places'> {
  const searches = endsOf(counts, 'cell');
  const found = counts['place:admitted'] ?? 0;
  const asked = Object.values(searches).reduce((sum, count) => sum + count, 0);
  if (asked === 0 && found === 0) return {};
  return {
    places: {
      searches,
      details: endsOf(counts, 'details'),
      sites: endsOf(counts, 'site'),
      found,
      known: counts['place:skipped:PLACE_KNOWN'] ?? 0,
      outside: counts['refused:area'] ?? 0,
      filtered: counts['refused:filter'] ?? 0,
      failures: placesCodes(counts, 'failed'),
      skips: placesCodes(counts, 'skipped').filter(({ code }) => code !== 'PLACE_KNOWN'),
      billed: byCount(counts, 'billed:').map(({ name, count }) => ({
        sku: skuNames[name as Sku] ?? name,
        requests: count,
      })),
      billedUsd: (counts['billedMicroUsd'] ?? 0) / 1e6,
    },
  };
}

function placesCodes(counts: Counts, end: 'failed' | 'skipped'): PlacesCodeCount[] {
  return (Object.keys(groups) as (keyof typeof groups)[]).flatMap((of) =>
    explained(counts, `${groups[of]}:${end}:`).map((code) => ({ of, ...code })),
  );
}

function endsOf(counts: Counts, kind: string): Ends {
  const count = (end: keyof Ends) => counts[`${kind}:${end}`] ?? 0;
  return {
    stored: count('stored'),
    failed: count('failed'),
    skipped: count('skipped'),
    cancelled: count('cancelled'),
  };
}

function speedOf(pages: number, durationMs: number): Pick<Summary, 'durationMs' | 'pagesPerSecond'> {
  return { durationMs, pagesPerSecond: durationMs <= 0 ? 0 : (pages * 1_000) / durationMs };
}

/** The counts whose name begins with `prefix`, most frequent first. */
function byCount(counts: Counts, prefix: string): { name: string; count: number }[] {
  return Object.entries(counts)
    .filter(([name, count]) => name.startsWith(prefix) && count !== 0)
    .map(([name, count]) => ({ name: name.slice(prefix.length), count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

function explained(counts: Counts, prefix: string): CodeCount[] {
  return byCount(counts, prefix).map(({ name, count }) => {
    const { happened, remedy } = explainCode(name as Code);
    return { code: name, count, happened: describeStatus(name) ?? happened, remedy };
  });
}

/** The catalogue explains all of `HTTP_…` at once, which reads oddly beside one of them. */
function describeStatus(code: string): string | undefined {
  const status = /^HTTP_(\d+)$/.exec(code)?.[1];
  if (status === undefined) return undefined;
  // Imported, node:http brings a second HTTP client along: 60 ms for every command.
  const { STATUS_CODES } = process.getBuiltinModule('node:http');
  return `The server answered ${STATUS_CODES[status] ?? `with status ${status}`}.`;
}
