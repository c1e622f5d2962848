import { randomBytes } from 'node:crypto';
import { availableParallelism, hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { finishRun } from '../shared/engine/finish-run.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import type { Counts, Run } from '../shared/model.ts';
import { type ProcessPool, startPool } from '../shared/pool/process-pool.ts';
import type { LocalStore } from './local-store.ts';
import type { WorkerOrders } from './worker.ts';

/** A run as it stands, for display. */
export interface RunProgress {
  run: Run;
  counts: Counts;
  /** Looked up only while nothing changes: epoch ms at which the next batch is due. */
  nextDueAt?: number;
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
}

const pollMs = 250;

/**
 * Works on runs with worker processes until all are over, or drained. Returns how each run stands; by
 * then, and when it rejects, no process is left.
 */
export async function runLocal(options: LocalRunOptions): Promise<RunProgress[]> {
  const { store, runs, draining, killing } = options;
  if (draining.aborted || killing.aborted) return readProgress(store, runs);
  const pool = startWorkers(options);
  const drain = () => pool.drain();
  const kill = () => pool.kill();
  draining.addEventListener('abort', drain);
  killing.addEventListener('abort', kill);
  try {
    await follow(options, pool);
  } catch (error) {
    pool.kill();
    await pool.ended.catch(() => undefined);
    throw error;
  } finally {
    draining.removeEventListener('abort', drain);
    killing.removeEventListener('abort', kill);
  }
  return readProgress(store, runs);
}

function startWorkers({ store, settings, projectDir, runs, killing, onCrash }: LocalRunOptions): ProcessPool {
  return startPool({
    size: settings.processes === 'auto' ? availableParallelism() : settings.processes,
    module: new URL('./worker.ts', import.meta.url),
    newOwner,
    messageFor: (owner): WorkerOrders => ({ owner, projectDir, runs, settings }),
    stuckAfterMs: Math.max(30_000, 3 * settings.leaseMs),
    async onExit({ owner, pid, crashed, reason }) {
      await store.ledger.releaseOwner(owner);
      await store.queue.releaseOwner(owner);
      if (crashed && !killing.aborted) onCrash(pid, reason);
    },
  });
}

/** Says how the runs get on until the pool has ended, and drains it when they are over. */
async function follow({ store, runs, onProgress }: LocalRunOptions, pool: ProcessPool): Promise<void> {
  let isEnded = false;
  const ended = pool.ended.finally(() => {
    isEnded = true;
  });
  ended.catch(() => undefined);
  let last = '';
  while (!isEnded) {
    const progress = await readProgress(store, runs);
    const now = JSON.stringify(progress);
    onProgress(now === last ? await withNextDue(store, progress) : progress, pool.pids());
    last = now;
    if (progress.every((entry) => entry.isOver)) pool.drain();
    await Promise.race([sleep(pollMs), ended]);
  }
  await ended;
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
      const { nextDueAt } = await store.queue.depth(entry.run.id);
      return nextDueAt === undefined ? entry : { ...entry, nextDueAt };
    }),
  );
}

export function newOwner(): string {
  return `${hostname()}-${process.pid}-${randomBytes(6).toString('hex')}`;
}
