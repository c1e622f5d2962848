import { setTimeout as sleep } from 'node:timers/promises';
import { finishRun } from '../engine/run/finish-run.ts';
import { SpinneretError } from '../errors.ts';
import type { Settings } from '../job/settings-schema.ts';
import type { RunView } from '../observe/run-view.ts';
import { ownModuleUrl } from '../own-files.ts';
import type { Pool } from '../pool/pool.ts';
import { partial, task } from '../pool/task.ts';
import { TaskError } from '../pool/task-error.ts';
import { beatMs } from '../stores/local/command-records.ts';
import { localProcesses } from './local-limits.ts';
import type { LocalStore } from './local-store.ts';
import { makeSendLost, type OnLost } from './send-lost.ts';
import type { work } from './worker.ts';
import { type IdleProcess, openWorkerPool } from './worker-processes.ts';

export interface LocalRunOptions {
  store: LocalStore;
  settings: Settings;
  projectDir: string;
  /** Ids of the runs to work for. */
  runs: string[];
  /** Of `openWorkerPool`, handed over by what they have done before. @default [] */
  processes?: IdleProcess[];
  /** Aborted to drain: what is under way is finished, the rest is left for `resume`. */
  draining: AbortSignal;
  /** Aborted to stop at once. */
  killing: AbortSignal;
  onProgress(progress: RunView[], pids: number[]): void;
  onCrash(pid: number | undefined, reason: string): void;
  /** Called when all runs are over, or wait for somebody, while the processes end. @default nothing is done */
  onOver?(): void;
  /** @default not reported */
  onLost?: OnLost;
}

const pollMs = 250;

/**
 * Works on runs with worker processes until all are over, or drained. Returns the state of each run; when it
 * settles, no process is left. Rejects with the `HaltError` of a worker that cannot go on.
 */
export async function runLocal(options: LocalRunOptions): Promise<RunView[]> {
  const { store, runs, draining, killing } = options;
  if (draining.aborted || killing.aborted) return readProgress(store, runs);
  await using _ = startHeartbeat(options);
  await using pool = openWorkers(options);
  const runsAreOver = new AbortController();
  const kill = () => {
    store.stopWaiting();
    return pool.kill();
  };
  killing.addEventListener('abort', kill);
  try {
    const working = keepWorking(pool, options, AbortSignal.any([draining, runsAreOver.signal]));
    await follow(options, pool, working, () => {
      runsAreOver.abort();
      options.onOver?.();
    });
  } catch (error) {
    await pool.kill();
    throw error;
  } finally {
    killing.removeEventListener('abort', kill);
  }
  return readProgress(store, runs);
}

/** Marks the runs as worked on, for `status`, until it is disposed of. */
function startHeartbeat({ store: { commands }, runs }: LocalRunOptions): AsyncDisposable {
  const stopping = new AbortController();
  const beat = async () => {
    while (!stopping.signal.aborted) {
      await commands.heartbeat(runs).catch(ignoreFault);
      await sleep(beatMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  };
  const beating = beat();
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await beating;
      await commands.leave().catch(ignoreFault);
    },
  };
}

/** Only a display depends on heartbeats; a call that needs the store reports what is wrong with it. */
function ignoreFault(): void {}

function openWorkers({ store, settings, killing, onCrash, processes = [] }: LocalRunOptions): Pool {
  return openWorkerPool({
    size: localProcesses(settings),
    processes,
    stuckAfterMs: Math.max(30_000, 3 * settings.leaseMs),
    // Crashes say nothing about a slot; a batch that kills processes is found by its leases.
    maxDeaths: Infinity,
    graceMs: Infinity,
    async onExit({ name, pid, crashed, reason }) {
      const hasCrashed = crashed && !killing.aborted;
      const end = hasCrashed ? 'crashed' : 'stopped';
      await store.ledger.releaseOwner(name, end);
      await store.queue.releaseOwner(name, end);
      if (hasCrashed) onCrash(pid, reason);
    },
  });
}

interface Working {
  /** Resolves when no process works any more. */
  finished: Promise<void>;
  /** Resolves when the next process has ended its work: it has seen that the runs are over, or was stopped. */
  oneEnds(): Promise<void>;
  /** There is work for more than one process. */
  share(): void;
}

/** Keeps every process running until its work is done or `stopping` aborts. */
function keepWorking(pool: Pool, options: LocalRunOptions, stopping: AbortSignal): Working {
  const { settings, projectDir, runs, killing } = options;
  const worker = task<typeof work>(ownModuleUrl('shared/local-run/worker'), 'work');
  let ended = Promise.withResolvers<void>();
  const shared = Promise.withResolvers<void>();
  if (settings.processes !== 'auto') shared.resolve();
  const workers = async () => {
    const slots = slotsOf(localProcesses(settings), shared.promise);
    const orders = { projectDir, runs, settings };
    try {
      for await (const _ of pool.imapUnordered(slots, partial(worker, orders), { signal: stopping })) {
        ended.resolve();
        ended = Promise.withResolvers();
      }
    } catch (error) {
      const isClosed = error instanceof SpinneretError && error.code === 'POOL_CLOSED';
      const isAsked = killing.aborted || (stopping.aborted && (error === stopping.reason || isClosed));
      if (!isAsked) throw causeOf(error);
    }
  };
  const finished = workers();
  finished.catch(() => undefined);
  return { finished, oneEnds: () => ended.promise, share: shared.resolve };
}

/** Numbers of processes: one, and the others once there is something for them to do. */
async function* slotsOf(processes: number, isShared: Promise<void>): AsyncGenerator<number> {
  yield 0;
  await isShared;
  for (let slot = 1; slot < processes; slot += 1) yield slot;
}

/** The error of a worker, without the error of its slot around it. */
function causeOf(error: unknown): unknown {
  return error instanceof TaskError ? (error.cause ?? error) : error;
}

/** Reports the progress until the workers have ended, and stops them when the runs are over. */
async function follow(
  { store, settings, runs, onProgress, onLost = () => undefined }: LocalRunOptions,
  pool: Pool,
  { finished, oneEnds, share }: Working,
  onOver: () => void,
): Promise<void> {
  let isEnded = false;
  const end = () => {
    isEnded = true;
  };
  finished.then(end, end);
  let last = '';
  const sendLost = makeSendLost(store, settings.leaseMs, onLost);
  while (!isEnded) {
    const oneEnded = oneEnds();
    const progress = await readProgress(store, runs);
    const now = JSON.stringify(progress);
    if (now === last) for (const { run, isOver } of progress) if (!isOver) await sendLost(run);
    onProgress(now === last ? await withNextDue(store, progress) : progress, pool.pids());
    last = now;
    if (progress.reduce((batches, { counts }) => batches + (counts['open'] ?? 0), 0) > 1) share();
    if (progress.every(({ isOver, run }) => isOver || run.state === 'paused')) {
      onOver();
      // What is under way for a run that is over is stale, and need not be awaited.
      if (progress.every(({ isOver }) => isOver)) return endSoon(pool, finished);
    }
    // The workers keep this process alive; what is left of the wait must not, when they have ended.
    await Promise.race([sleep(pollMs, undefined, { ref: false }), oneEnded, finished]);
  }
  await finished;
}

/** How long workers may take to end when nothing is left to do. */
const endGraceMs = 2_000;

/** A worker may be waiting for a page that another has ended meanwhile. */
async function endSoon(pool: Pool, finished: Promise<void>): Promise<void> {
  const timer = setTimeout(() => pool.kill(), endGraceMs);
  try {
    await finished;
  } finally {
    clearTimeout(timer);
  }
}

export async function readProgress(store: LocalStore, runs: string[]): Promise<RunView[]> {
  return Promise.all(
    runs.map(async (id) => {
      await finishRun(store, id, undefined);
      const run = await store.ledger.readRun(id);
      if (run === undefined) throw new Error(`run ${id} vanished from ${store.file}`);
      const counts = await store.ledger.readCounts(id);
      return { run, counts, isOver: counts['open'] === 0 };
    }),
  );
}

/**
 * Why there is no progress: the next batch waits for its host. Counting a long queue is expensive, so it is only
 * done then.
 */
async function withNextDue(store: LocalStore, progress: RunView[]): Promise<RunView[]> {
  return Promise.all(
    progress.map(async (entry) => {
      const { nextDueAt, nextHost } = await store.queue.depth(entry.run.id);
      if (nextDueAt === undefined) return entry;
      if (nextHost === undefined) return { ...entry, nextDueAt };
      const nextWait = (await store.hostWaits(entry.run.id)).find(({ host }) => host === nextHost);
      return { ...entry, nextDueAt, nextHost, ...(nextWait === undefined ? {} : { nextWait }) };
    }),
  );
}
