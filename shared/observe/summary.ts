import { type RefusalReason, refusalMeanings } from '../engine/counts.ts';
import type { Counts, LostStep, Run } from '../model.ts';
import type { SourceSummaries } from '../sources/source-summaries.ts';
import { summariesOfSources } from '../sources/sources.ts';
import { byCount, endsOf, explained, totalOf } from '../text/code-counts.ts';
import { lostMeanings } from '../text/lost-text.ts';
import type { HeadingOddity, RowOddity } from '../text/row-text.ts';
import { changesOf } from './changes-of.ts';
import { neverFoundOf } from './never-found.ts';
import { noResultOf } from './no-result.ts';
import { finishedPages, isRunOver, jobNameOf } from './run-view.ts';
import type { Summary } from './summary-of-run.ts';

export type { Summary } from './summary-of-run.ts';

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
  const summary: Summary = {
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
    damaged: byCount(counts, 'damaged:').map(({ name, count }) => ({ field: name, count })),
    ambiguous: byCount(counts, 'ambiguous:').map(({ name, count }) => ({ field: name, count })),
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
    ...changesOf(counts),
    cached: byCount(counts, 'cached:').map(({ name, count }) => ({ day: name, count })),
    ...keptOf(counts),
    ...renderedOf(counts),
    ...proxiesOf(counts),
    ...ofSessions(counts),
    ...(mismatch === undefined ? {} : { mismatch }),
  };
  const noResult = noResultOf(run, summary);
  return noResult === undefined ? summary : { ...summary, noResult };
}

function keptOf(counts: Counts): Pick<Summary, 'kept'> {
  const { 'kept:pages': pages = 0, 'kept:unchanged': unchanged = 0, 'kept:bytes': bytes = 0 } = counts;
  const { 'kept:loaded': loaded = 0, 'kept:truncated': truncated = 0 } = counts;
  const ofBrowser = loaded === 0 ? {} : { loaded, truncated };
  return pages + unchanged === 0 ? {} : { kept: { pages, unchanged, ...ofBrowser, bytes } };
}

function renderedOf(counts: Counts): Pick<Summary, 'rendered'> {
  const { rendered: pages = 0 } = counts;
  if (pages === 0) return {};
  const [partly, unreadFrames] = [counts['rendered:partly'] ?? 0, counts['rendered:unreadFrames'] ?? 0];
  return { rendered: { pages, partly, unreadFrames } };
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
