import { setTimeout as sleep } from 'node:timers/promises';
import { finishRun } from '../../shared/engine/finish-run.ts';
import { SpinneretError } from '../../shared/errors.ts';
import type { Settings } from '../../shared/job/settings-schema.ts';
import type { Counts, Run } from '../../shared/model.ts';
import { ownModuleUrl } from '../../shared/own-files.ts';
import { openPool, type Pool } from '../../shared/pool/pool.ts';
import { partial, task } from '../../shared/pool/task.ts';
import { TaskError } from '../../shared/pool/task-error.ts';
import { beatMs } from '../../shared/stores/local/command-records.ts';
import { localProcesses } from './local-limits.ts';
import type { LocalStore } from './local-store.ts';
import { makeSendLost, type OnLost } from './send-lost.ts';
import type { work } from './worker.ts';

/** A run as it stands, for display. */
export interface RunProgress {
  run: Run;
  counts: Counts;
  /** Looked up only while nothing changes: epoch ms at which the next batch is due. */
  nextDueAt?: number;
  /** Of that batch, if it touches one. */
  nextHost?: string;
  /** Ended: nothing is open any more. */
  isOver: boolean;
}

export interface LocalRunOptions {
  store: LocalStore;
  settings: Settings;
  projectDir: string;
  /** Ids of the runs to work for. */
  runs: string[];
  /** Aborted to drain: what is under way is finished, the rest stays for `resume`. */
  draining: AbortSignal;
  /** Aborted to stop hard. */
  killing: AbortSignal;
  onProgress(progress: RunProgress[], pids: number[]): void;
  onCrash(pid: number | undefined, reason: string): void;
  /** @default not reported */
  onLost?: OnLost;
}

const pollMs = 250;

/**
 * The bodies of pages lie outside of V8's heap and die young. Where new objects have little room they are
 * soon cleared away; with more, V8 sees its bound for such memory passed first and goes through the whole
 * heap each time, a quarter of all computing. Garbage may double what lives, not quadruple it
 * (docs/benchmarks.md).
 */
const heapBounds = ['--max-semi-space-size=8', '--heap-growing-percent=100'];

/** As in main.ts: what Node says of the store's driver, and of handlers in TypeScript, is of no use to users. */
const nodeArgs = [
  ...heapBounds,
  '--disable-warning=ExperimentalWarning',
  '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
];

/**
 * Works on runs with worker processes until all are over, or drained. Returns how each run stands; by
 * then, and when it rejects, no process is left. Rejects with the `HaltError` of a worker that cannot go on.
 */
export async function runLocal(options: LocalRunOptions): Promise<RunProgress[]> {
  const { store, runs, draining, killing } = options;
  if (draining.aborted || killing.aborted) return readProgress(store, runs);
  using _ = startHeartbeat(options);
  await using pool = openWorkers(options);
  const runsAreOver = new AbortController();
  const kill = () => pool.kill();
  killing.addEventListener('abort', kill);
  try {
    const working = keepWorking(pool, options, AbortSignal.any([draining, runsAreOver.signal]));
    await follow(options, pool, working, () => runsAreOver.abort());
  } catch (error) {
    await pool.kill();
    throw error;
  } finally {
    killing.removeEventListener('abort', kill);
  }
  return readProgress(store, runs);
}

/** For `status`, until it is disposed of. */
function startHeartbeat({ store: { commands }, runs }: LocalRunOptions): Disposable {
  const heartbeat = () => ignoreFault(() => commands.heartbeat(runs));
  heartbeat();
  const timer = setInterval(heartbeat, beatMs);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      ignoreFault(() => commands.leave());
    },
  };
}

/** Only a display depends on it; what needs the store to work says what is wrong with it. */
function ignoreFault(body: () => void): void {
  try {
    body();
  } catch {
    // As above.
  }
}

function openWorkers({ store, settings, killing, onCrash }: LocalRunOptions): Pool {
  return openPool({
    size: localProcesses(settings),
    execArgv: nodeArgs,
    stuckAfterMs: Math.max(30_000, 3 * settings.leaseMs),
    // How often its processes die says nothing about a slot; a batch that kills them is found by its leases.
    maxDeaths: Infinity,
    graceMs: Infinity,
    // A worker waits far more than it computes, so it hears of its parent's end; the thread would cost 20 MB.
    watchParent: false,
    async onExit({ name, pid, crashed, reason }) {
      const hasCrashed = crashed && !killing.aborted;
      const end = hasCrashed ? 'crashed' : 'stopped';
      await store.ledger.releaseOwner(name, end);
      await store.queue.releaseOwner(name, end);
      if (hasCrashed) onCrash(pid, reason);
    },
  });
}

/** Keeps every process at work until `stopping`. */
async function keepWorking(pool: Pool, options: LocalRunOptions, stopping: AbortSignal): Promise<void> {
  const { settings, projectDir, runs, killing } = options;
  const worker = task<typeof work>(ownModuleUrl('cli/run/worker'), 'work');
  const slots = Array(localProcesses(settings)).keys();
  try {
    await pool.map(slots, partial(worker, { projectDir, runs, settings }), { signal: stopping });
  } catch (error) {
    const isClosed = error instanceof SpinneretError && error.code === 'POOL_CLOSED';
    const isAsked = killing.aborted || (stopping.aborted && (error === stopping.reason || isClosed));
    if (!isAsked) throw causeOf(error);
  }
}

/** What a worker stopped for is no matter of its slot. */
function causeOf(error: unknown): unknown {
  return error instanceof TaskError ? (error.cause ?? error) : error;
}

/** Says how the runs get on until the workers have ended, and tells them when the runs are over. */
async function follow(
  { store, settings, runs, onProgress, onLost = () => undefined }: LocalRunOptions,
  pool: Pool,
  working: Promise<void>,
  onOver: () => void,
): Promise<void> {
  let isEnded = false;
  const finished = working.finally(() => {
    isEnded = true;
  });
  finished.catch(() => undefined);
  let last = '';
  const sendLost = makeSendLost(store, settings.leaseMs, onLost);
  while (!isEnded) {
    const progress = await readProgress(store, runs);
    const now = JSON.stringify(progress);
    if (now === last) for (const { run, isOver } of progress) if (!isOver) await sendLost(run);
    onProgress(now === last ? await withNextDue(store, progress) : progress, pool.pids());
    last = now;
    if (progress.every(({ isOver, run }) => isOver || run.state === 'paused')) {
      onOver();
      // What is under way in a run that is over is stale, and need not be waited for.
      if (progress.every(({ isOver }) => isOver)) return endSoon(pool, finished);
    }
    await Promise.race([sleep(pollMs), finished]);
  }
  await finished;
}

/** How long workers may take to end once nothing is left to do. */
const endGraceMs = 2_000;

/** One of them may be held by a page that another has given an end meanwhile. */
async function endSoon(pool: Pool, finished: Promise<void>): Promise<void> {
  const timer = setTimeout(() => pool.kill(), endGraceMs);
  try {
    await finished;
  } finally {
    clearTimeout(timer);
  }
}

export async function readProgress(store: LocalStore, runs: string[]): Promise<RunProgress[]> {
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

/** Why nothing moves: the next batch waits for its host. Counting a long queue is dear, so only then. */
async function withNextDue(store: LocalStore, progress: RunProgress[]): Promise<RunProgress[]> {
  return Promise.all(
    progress.map(async (entry) => {
      const { nextDueAt, nextHost } = await store.queue.depth(entry.run.id);
      if (nextDueAt === undefined) return entry;
      return { ...entry, nextDueAt, ...(nextHost === undefined ? {} : { nextHost }) };
    }),
  );
}
