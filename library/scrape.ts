import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newRun } from '../shared/engine/run/new-run.ts';
import { type NewRun, startRun } from '../shared/engine/run/start-run.ts';
import { HaltError, writeReason } from '../shared/errors.ts';
import { recordsOf } from '../shared/export/records.ts';
import { parseSettings } from '../shared/job/load.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import { type LocalStore, openLocalStore } from '../shared/local-run/local-store.ts';
import { readProgress } from '../shared/local-run/run-local.ts';
import { checkStart } from '../shared/local-run/start-runs.ts';
import type { RunView } from '../shared/observe/run-view.ts';
import { type Summary, summarise } from '../shared/observe/summary.ts';
import { newProcessName } from '../shared/pool/process-name.ts';
import type { DefinedJob } from './define-job.ts';
import type { AnyItem } from './item-types.ts';
import { type RunTarget, work } from './work.ts';

export interface ScrapeOptions {
  /**
   * Aborted to stop: what is under way is finished first, for some seconds at most, and the rest is left for
   * `resume`.
   */
  signal?: AbortSignal;
  /** Id of a run of this folder to continue, or to read again. @default a new run */
  resume?: string;
  /**
   * Folder of the store, which is created if needed; the command line sees the run from there. @default the
   * working directory
   */
  folder?: string;
  /** The engine's settings; config/settings.yaml is not read. Their defaults: docs/jobs.md, "Settings". */
  settings?: ScrapeSettings;
}

export interface ScrapeSettings {
  /** Worker processes; auto: one per core. */
  processes?: number | 'auto';
  /** Number of batches on which one process works at once. */
  batchesPerProcess?: number;
  /** The maximum number of requests of one host per batch. */
  batchSize?: number;
  /** Milliseconds after which the batches of a process that stopped answering go to another. */
  leaseMs?: number;
  /** The SQLite file with every run, relative to `folder`. */
  store?: string;
}

/** A run, which is active while its items are iterated. */
export interface Scrape<Item> extends AsyncIterable<Item> {
  /** The run's id, for `resume` and for the command line. */
  readonly run: string;
  /**
   * The state of the run: counts of pages and the reasons of failures. Rejects with `HaltError` RUN_UNKNOWN before
   * the run has begun.
   */
  summary(): Promise<Summary>;
}

const pollMs = 50;

/** How long what is under way may take to end when it is no longer needed. */
const graceMs = 5_000;

/**
 * Scrapes a job, yielding complete items as their pages are stored, in an order that stays the same; without the mentions of
 * a place, which are known once all searches have ended (docs/places.md). The run is
 * kept in a store on this machine: however this process ends, `resume` continues it and yields the same items,
 * from the first. One process per core works on pages (`settings.processes`); if a handler is a function, which
 * other processes cannot call, this process alone.
 * Ends when the run is over. Throws the signal's reason when it is aborted; `HaltError` ENV_MISSING,
 * HANDLER_INVALID and the like when the run cannot begin or go on, RUN_UNKNOWN and RUN_ENDED when it cannot be
 * resumed, RUN_STOPPED when it was paused or cancelled from elsewhere. After that, and after a `break`, none of
 * its processes is left.
 */
export function scrape<Item = AnyItem>(job: DefinedJob<Item>, options: ScrapeOptions = {}): Scrape<Item> {
  const { folder = process.cwd(), resume, signal } = options;
  const settings = parseSettings(JSON.stringify(options.settings ?? {}), 'settings');
  const start = newRun({ ...job, file: '', document: 1 });
  const plan: Plan = {
    settings,
    projectDir: resolve(folder),
    run: resume ?? start.id,
    handlers: job.handlers ?? {},
    signal,
    start: resume === undefined ? start : undefined,
  };
  return {
    run: plan.run,
    [Symbol.asyncIterator]: () => itemsOf<Item>(plan),
    summary: () => summaryOf(plan),
  };
}

interface Plan extends RunTarget {
  signal: AbortSignal | undefined;
  /** Set for a run that has not begun. */
  start: NewRun | undefined;
}

async function* itemsOf<Item>(plan: Plan): AsyncGenerator<Item, void, void> {
  const { run, signal } = plan;
  signal?.throwIfAborted();
  await using store = await openLocalStore(plan.settings, plan.projectDir, newProcessName());
  await begin(store, plan);
  await using working = startWork(store, plan);
  let position = 0;
  for (;;) {
    // Read before the outcomes: what is written after that is read in another round.
    const isLast = working.hasEnded();
    for await (const stored of store.outcomes.listAfter(run, position)) {
      position = stored.position;
      for (const item of recordsOf(stored.outcome, 'items')) {
        yield item as Item;
        signal?.throwIfAborted();
      }
    }
    if (isLast) break;
    await pause(working.finished);
    signal?.throwIfAborted();
  }
  refuseStopped(await working.progress);
}

/** Waits until there may be more items; leaves no timer behind. */
async function pause(finished: Promise<void>): Promise<void> {
  const cancelSleep = new AbortController();
  await Promise.race([sleep(pollMs, undefined, cancelSleep).catch(() => undefined), finished]);
  cancelSleep.abort();
}

/** Starts the run, or makes sure that it may continue. */
async function begin(store: LocalStore, plan: Plan): Promise<void> {
  const { start, run } = plan;
  if (start !== undefined) {
    await checkStart(start, plan.handlers);
    await startRun(store.ledger, store.queue, start);
    plan.start = undefined;
    return;
  }
  const record = await store.ledger.readRun(run);
  if (record === undefined) throw unknownRun(plan);
  if (record.state === 'cancelled') throw new HaltError('RUN_ENDED', `${run} was cancelled`);
  await store.ledger.moveRun(run, ['paused'], 'running');
}

interface Working extends AsyncDisposable {
  progress: Promise<RunView | undefined>;
  /** Never rejects. */
  finished: Promise<void>;
  hasEnded(): boolean;
}

function startWork(store: LocalStore, plan: Plan): Working {
  const draining = new AbortController();
  const killing = new AbortController();
  let hasEnded = false;
  const progress = work(store, plan, { draining: draining.signal, killing: killing.signal });
  const finished = progress
    .then(
      () => undefined,
      () => undefined,
    )
    .finally(() => {
      hasEnded = true;
    });
  return {
    progress,
    finished,
    hasEnded: () => hasEnded,
    async [Symbol.asyncDispose]() {
      draining.abort();
      const timer = setTimeout(() => killing.abort(), graceMs);
      await finished;
      clearTimeout(timer);
    },
  };
}

/** An iteration must not end normally with a part of the items. */
function refuseStopped(progress: RunView | undefined): void {
  if (progress === undefined || progress.run.state === 'finished') return;
  const { id, state, reason } = progress.run;
  const why = reason === undefined ? '' : `: ${writeReason(reason)}`;
  throw new HaltError('RUN_STOPPED', `${id} is ${state}${why}`);
}

async function summaryOf(plan: Plan): Promise<Summary> {
  await using store = await openLocalStore(plan.settings, plan.projectDir, newProcessName());
  if ((await store.ledger.readRun(plan.run)) === undefined) throw unknownRun(plan);
  const [progress] = await readProgress(store, [plan.run]);
  if (progress === undefined) throw unknownRun(plan);
  return summarise(progress.run, progress.counts, Date.now(), { isWorkedOn: false });
}

function unknownRun({
  run,
  projectDir,
  settings,
}: Pick<Plan, 'run' | 'projectDir'> & { settings: Settings }): HaltError {
  return new HaltError('RUN_UNKNOWN', `no run ${run} in ${resolve(projectDir, settings.store)}`);
}
