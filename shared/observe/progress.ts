import type { Counts } from '../model.ts';
import { summariesOfSources } from '../sources/sources.ts';
import {
  formatCount,
  formatDuration,
  formatNoun,
  formatRate,
  formatTime,
  type RateUnit,
  rateUnit,
} from '../text/format.ts';
import { whyWaits } from './host-wait-text.ts';
import { finishedPages, maxPagesOf, type RunView } from './run-view.ts';

/** The state of the runs at one moment. */
export interface ProgressSample {
  /** Epoch ms. */
  at: number;
  views: RunView[];
  /** Worker processes alive. */
  processes: number;
}

export interface ProgressOptions {
  /**
   * A run counts as still after this long without change. Longer than the heartbeat, which moves the next due time
   * of batches under way: a due time that stays the same is a batch that waits.
   */
  stillAfterMs: number;
  /** The run is a sample, which cannot be resumed. @default false */
  isSample?: boolean;
  /**
   * The unit in which each run's rate was shown, kept from call to call. @default chosen anew each time, for
   * readability
   */
  units?: Map<string, RateUnit>;
}

/**
 * Pages are counted when their batch is done, which may hold pages of five seconds: over a shorter window, the
 * rate would fluctuate.
 */
const rateWindowMs = 60_000;
/** The interval between samples for the rate, which needs few. */
const rateSampleMs = 2_000;

/** The samples to keep, the new one last. */
export function remember(
  history: ProgressSample[],
  sample: ProgressSample,
  { stillAfterMs }: ProgressOptions,
): ProgressSample[] {
  const recent = sample.at - stillAfterMs - 2_000;
  const oldest = Math.min(recent, sample.at - rateWindowMs);
  let keptAt = Number.NEGATIVE_INFINITY;
  const kept = history.filter(({ at }) => {
    const isKept = at >= recent || (at >= oldest && at - keptAt >= rateSampleMs);
    if (isKept) keptAt = at;
    return isKept;
  });
  return [...kept, sample];
}

/** A run's progress in words. */
export interface RunProgressText {
  run: string;
  /** `120 pages stored · 3 failed · …`. */
  done: string;
  /** `12 pages/s · 2 processes · 1 m 3 s · about 40 s left`. */
  pace: string;
  /** Why there is no progress. */
  reason?: string;
}

/** Describes the last sample of `history`, with rates from the earlier ones. */
export function describeProgress(history: ProgressSample[], options: ProgressOptions): RunProgressText[] {
  const last = history.at(-1);
  if (last === undefined) return [];
  return last.views.map((view) => {
    const reason = whyStill(history, view, options);
    return {
      run: view.run.id,
      done: describeDone(view),
      pace: describePace(history, last, view, options),
      ...(reason === undefined ? {} : { reason }),
    };
  });
}

/**
 * All runs of the last sample in one line: `50 runs: 12 over, 3 paused · 1,200 pages stored · … · 40 pages/s`, and
 * the indices of those that need attention, the most urgent first.
 */
export function describeTotal(
  history: ProgressSample[],
  texts: RunProgressText[],
  { units }: Pick<ProgressOptions, 'units'> = {},
): { line: string; toLookAt: number[] } {
  const { views = [], processes = 0 } = history.at(-1) ?? {};
  const counts: Counts = {};
  for (const view of views) {
    for (const [name, value] of Object.entries(view.counts)) counts[name] = (counts[name] ?? 0) + value;
  }
  const over = views.filter(({ isOver }) => isOver).length;
  const paused = views.filter(({ isOver, run }) => !isOver && run.state === 'paused').length;
  const rates = views.map(({ run }) => pagesPerSecond(history, run.id) ?? 0);
  const parts = [
    `${formatNoun(views.length, 'run')}: ${formatCount(over)} over${paused === 0 ? '' : `, ${formatCount(paused)} paused`}`,
    describeDone({ counts }),
    steadyRate(
      rates.reduce((sum, rate) => sum + rate, 0),
      '',
      units,
    ),
    formatNoun(processes, 'process', 'processes'),
  ];
  const urgency = (index: number): number => {
    const view = views[index];
    if (view === undefined) return 0;
    if (view.run.state === 'paused') return 3;
    if ((view.counts['failed'] ?? 0) > 0) return 2;
    return texts[index]?.reason === undefined ? 0 : 1;
  };
  const toLookAt = [...views.keys()]
    .filter((index) => urgency(index) > 0)
    .sort((a, b) => urgency(b) - urgency(a) || a - b);
  return { line: parts.join(' · '), toLookAt };
}

/** `120 pages stored · 3 failed · …`. */
export function describeDone({ counts }: Pick<RunView, 'counts'>): string {
  const waiting = (counts['admitted'] ?? 0) - finishedPages(counts);
  const { stored = 0, failed = 0, skipped = 0, cancelled = 0, retries = 0, crashes = 0 } = counts;
  const { items = 0, incomplete = 0, open = 0 } = counts;
  const parts = summariesOfSources.flatMap(({ progress }) => progress(counts));
  if (parts.length === 0 || stored > 0) parts.push(`${formatNoun(stored, 'page')} stored`);
  if (failed > 0) parts.push(`${formatCount(failed)} failed`);
  if (skipped > 0) parts.push(`${formatCount(skipped)} skipped`);
  if (cancelled > 0) parts.push(`${formatCount(cancelled)} cancelled`);
  if (retries > 0) parts.push(formatNoun(retries, 'retry', 'retries'));
  if (crashes > 0) parts.push(formatNoun(crashes, 'crash', 'crashes'));
  parts.push(formatNoun(items, 'item'));
  if (incomplete > 0) parts.push(`${formatCount(incomplete)} incomplete`);
  if (waiting > 0)
    parts.push(`${formatNoun(waiting, 'page waits for its turn', 'pages wait for their turn')}`);
  else if (open > 0) parts.push('looking for pages');
  return parts.join(' · ');
}

function describePace(
  history: ProgressSample[],
  last: ProgressSample,
  view: RunView,
  { units }: ProgressOptions,
): string {
  const rate = pagesPerSecond(history, view.run.id);
  const parts: string[] = [];
  if (rate !== undefined && readsPagesBy(view)) parts.push(steadyRate(rate, view.run.id, units));
  parts.push(formatNoun(last.processes, 'process', 'processes'));
  parts.push(formatDuration((view.run.finishedAt ?? last.at) - view.run.startedAt));
  const leftMs = remainingMs(view, rate);
  if (leftMs !== undefined) parts.push(`about ${formatDuration(leftMs)} left`);
  return parts.join(' · ');
}

/** In the unit of the line before, so that two lines compare. */
function steadyRate(perSecond: number, name: string, units: Map<string, RateUnit> = new Map()): string {
  const unit = rateUnit(perSecond, units.get(name));
  if (perSecond > 0) units.set(name, unit);
  return formatRate(perSecond, 'page', unit);
}

/** False for a run whose sources have done work, but led to no page of the run. */
function readsPagesBy({ counts }: RunView): boolean {
  return (counts['admitted'] ?? 0) > 0 || summariesOfSources.every(({ of }) => of(counts) === undefined);
}

/** Pages that ended per second, over the samples kept; `undefined` while they span less than a second. */
export function pagesPerSecond(history: ProgressSample[], run: string): number | undefined {
  const points = history.flatMap(({ at, views }) => {
    const view = views.find((entry) => entry.run.id === run);
    return view === undefined ? [] : [{ at, finished: finishedPages(view.counts) }];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || last.at - first.at < 1_000) return undefined;
  return ((last.finished - first.finished) * 1_000) / (last.at - first.at);
}

/** Time left, only where it can be known: the size of a crawl is unknown until `maxPages` pages are admitted. */
export function remainingMs({ run, counts, isOver }: RunView, rate: number | undefined): number | undefined {
  const maxPages = maxPagesOf(run);
  const { admitted = 0 } = counts;
  const isBounded = maxPages !== undefined && admitted >= maxPages;
  if (!isBounded || isOver || run.state !== 'running' || rate === undefined || rate <= 0) return undefined;
  return ((admitted - finishedPages(counts)) / rate) * 1_000;
}

function whyStill(
  history: ProgressSample[],
  view: RunView,
  { stillAfterMs, isSample = false }: ProgressOptions,
): string | undefined {
  const { run, isOver } = view;
  if (isOver) return undefined;
  if (run.state === 'paused') return isSample ? 'held up' : `paused; go on with: spinneret resume ${run.id}`;
  if (run.state === 'cancelled') return 'cancelled: what is left is being counted';
  const now = history.at(-1);
  const still = stillSamples(history, view);
  const first = still[0];
  if (now === undefined || first === undefined || now.at - first.at < stillAfterMs) return undefined;
  if (now.processes === 0) return 'no worker process is alive';
  const dueTimes = new Set(still.slice(1).map((sample) => viewOf(sample, run.id)?.nextDueAt));
  const [dueAt] = dueTimes;
  const isWaiting = dueTimes.size === 1 && dueAt !== undefined && dueAt > now.at;
  const { nextHost = 'a host', nextWait } = view;
  const why = nextWait === undefined ? '' : `: ${whyWaits(nextWait)}`;
  return isWaiting
    ? `waiting for ${nextHost} until ${formatTime(dueAt)}${why}`
    : 'pages are under way or wait for their turns; they count when their batch is done';
}

/** The last samples that show the run in the same state, oldest first. */
function stillSamples(history: ProgressSample[], view: RunView): ProgressSample[] {
  const condition = conditionOf(view);
  const isOther = (sample: ProgressSample) => conditionOf(viewOf(sample, view.run.id)) !== condition;
  return history.slice(history.findLastIndex(isOther) + 1);
}

function conditionOf(view: RunView | undefined): string {
  return view === undefined ? '' : JSON.stringify([view.run.state, view.counts]);
}

function viewOf(sample: ProgressSample, run: string): RunView | undefined {
  return sample.views.find((view) => view.run.id === run);
}
