import { type Code, explainCode } from '../errors.ts';
import type { Counts, Run, RunState } from '../model.ts';
import { endedPages, jobNameOf } from './run-view.ts';

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
  /** Nothing is open any more. */
  isOver: boolean;
  startedAt: number;
  /** Unknown of a cancelled run that is over: the store keeps no end of it. */
  durationMs?: number;
  pages: { admitted: number; stored: number; failed: number; skipped: number; cancelled: number };
  /** Most frequent first. */
  failures: CodeCount[];
  skips: CodeCount[];
  /** Failures of sitemaps, URL files and other requests that only lead to pages. */
  sourceFailures: CodeCount[];
  /** Links not admitted, by reason. */
  refused: { reason: string; count: number; meaning: string }[];
  duplicates: number;
  retries: number;
  items: number;
  incomplete: number;
  /** Over `limits.maxItems`: extracted, not kept. */
  itemsOverLimit: number;
  /** Fields that incomplete items lack, as `label.field`. */
  missing: { field: string; count: number }[];
  bytes: number;
  pagesPerSecond?: number;
  /** Says so when the counts of a run that is over do not add up, which is a fault of Spinneret. */
  mismatch?: string;
}

/** What each reason for refusing a link means. */
export const refusalMeanings: Record<string, string> = {
  scope: 'outside the scope of the job',
  depth: 'deeper than limits.maxDepth',
  robots: 'forbidden by robots.txt',
  limit: 'over limits.maxPages',
  label: 'no page label matches',
  url: 'not an http or https URL',
};

/** What a run came to, from its counts. `now` (epoch ms) stands in for the end of a run that goes on. */
export function summarise(run: Run, counts: Counts, now: number): Summary {
  const { admitted = 0, stored = 0, failed = 0, skipped = 0, cancelled = 0 } = counts;
  const isOver = counts['open'] === 0;
  const endedAt = run.finishedAt ?? (isOver && run.state === 'cancelled' ? undefined : now);
  const ended = endedPages(counts);
  const isMismatch = isOver && ended !== admitted;
  return {
    run: run.id,
    job: jobNameOf(run),
    state: run.state,
    isOver,
    startedAt: run.startedAt,
    ...(endedAt === undefined ? {} : speedOf(ended, endedAt - run.startedAt)),
    pages: { admitted, stored, failed, skipped, cancelled },
    failures: explained(counts, 'failed:'),
    skips: explained(counts, 'skipped:'),
    sourceFailures: explained(counts, 'source:failed:'),
    refused: byCount(counts, 'refused:')
      .filter(({ name }) => name !== 'items')
      .map(({ name, count }) => ({ reason: name, count, meaning: refusalMeanings[name] ?? name })),
    duplicates: counts['duplicates'] ?? 0,
    retries: counts['retries'] ?? 0,
    items: counts['items'] ?? 0,
    incomplete: counts['incomplete'] ?? 0,
    itemsOverLimit: counts['refused:items'] ?? 0,
    missing: byCount(counts, 'missing:').map(({ name, count }) => ({ field: name, count })),
    bytes: counts['bytes'] ?? 0,
    ...(isMismatch ? { mismatch: `${admitted} pages were admitted, but ${ended} came to an end` } : {}),
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
