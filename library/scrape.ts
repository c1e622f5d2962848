import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LocalStore, openLocalStore } from '../cli/run/local-store.ts';
import { type RunProgress, readProgress } from '../cli/run/run-local.ts';
import { checkStart, newRun } from '../cli/run/start-runs.ts';
import { type NewRun, startRun } from '../shared/engine/start-run.ts';
import { HaltError, writeReason } from '../shared/errors.ts';
import { recordsOf } from '../shared/export/records.ts';
import { parseSettings } from '../shared/job/load.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import { type Summary, summarise } from '../shared/observe/summary.ts';
import { newProcessName } from '../shared/pool/process-name.ts';
import type { DefinedJob } from './define-job.ts';
import type { AnyItem } from './item-types.ts';
import { type Workplace, work } from './work.ts';

export interface ScrapeOptions {
  /** Aborted to stop: what is under way is finished first, for some seconds at most, and the rest stays for `resume`. */
  signal?: AbortSignal;
  /** Id of a run of this folder to go on with, or to read again. @default a new run */
  resume?: string;
  /** Folder of the store, which is made if it is not there; the command line sees the run from there. @default the working directory */
  folder?: string;
  /** The engine's settings; config/settings.yaml is not read. Their defaults: docs/jobs.md, "Settings". */
  settings?: ScrapeSettings;
}

export interface ScrapeSettings {
  /** Worker processes; auto: one per core. */
  processes?: number | 'auto';
  /** Batches one process works on at once. */
  batchesPerProcess?: number;
  /** Requests of one host per batch, at most. */
  batchSize?: number;
  /** Milliseconds after which the batches of a process that stopped answering go to another. */
  leaseMs?: number;
  /** The SQLite file that remembers every run, relative to `folder`. */
  store?: string;
}

/** A run, which goes on while somebody iterates over its items. */
export interface Scrape<Item> extends AsyncIterable<Item> {
  /** Its id, for `resume`, and for the command line. */
  readonly run: string;
  /** How it stands: what became of every page, and why. Rejects with `HaltError` RUN_UNKNOWN before it has begun. */
  summary(): Promise<Summary>;
}

const pollMs = 50;

/** How long what is under way may take to end when nobody wants it any more. */
const graceMs = 5_000;

/**
 * Scrapes a job, yielding complete items as their pages are stored, in an order that stays the same. The run is kept in a
 * store on this machine: whatever ends this process, `resume` goes on and yields the same items, from the first. Pages
 * are worked on by one process per core (`settings.processes`); where a handler is a function, which no other process
 * can call, in this one alone.
 *
 * Ends when the run is over. Throws the signal's reason when it is aborted; `HaltError` ENV_MISSING, HANDLER_INVALID
 * and the like when the run cannot begin or go on, RUN_UNKNOWN and RUN_ENDED for what cannot be resumed, RUN_STOPPED
 * when it was paused or cancelled from elsewhere. By then, and after a `break`, no process of it is left.
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

interface Plan extends Workplace {
  signal: AbortSignal | undefined;
  /** Of a run that has not begun. */
  start: NewRun | undefined;
}

async function* itemsOf<Item>(plan: Plan): AsyncGenerator<Item, void, void> {
  const { run, signal } = plan;
  signal?.throwIfAborted();
  await using store = openLocalStore(plan.settings, plan.projectDir, newProcessName());
  await begin(store, plan);
  await using working = startWork(store, plan);
  let position = 0;
  for (;;) {
    // Asked before the outcomes are read: what comes after that is read in another round.
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

/** Until there may be more; leaves no timer behind. */
async function pause(finished: Promise<void>): Promise<void> {
  const cancelSleep = new AbortController();
  await Promise.race([sleep(pollMs, undefined, cancelSleep).catch(() => undefined), finished]);
  cancelSleep.abort();
}

/** Starts the run, or makes sure that it may go on. */
async function begin(store: LocalStore, plan: Plan): Promise<void> {
  const { start, run } = plan;
  if (start !== undefined) {
    await checkStart(start, plan.handlers);
    await startRun(store.ledger, store.queue, start);
    plan.start = undefined;
    return;
  }
  const known = await store.ledger.readRun(run);
  if (known === undefined) throw unknownRun(plan);
  if (known.state === 'cancelled') throw new HaltError('RUN_ENDED', `${run} was cancelled`);
  await store.ledger.moveRun(run, ['paused'], 'running');
}

interface Working extends AsyncDisposable {
  progress: Promise<RunProgress | undefined>;
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

/** Whoever iterates must not take a part for the whole. */
function refuseStopped(progress: RunProgress | undefined): void {
  if (progress === undefined || progress.run.state === 'finished') return;
  const { id, state, reason } = progress.run;
  const why = reason === undefined ? '' : `: ${writeReason(reason)}`;
  throw new HaltError('RUN_STOPPED', `${id} is ${state}${why}`);
}

async function summaryOf(plan: Plan): Promise<Summary> {
  await using store = openLocalStore(plan.settings, plan.projectDir, newProcessName());
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
