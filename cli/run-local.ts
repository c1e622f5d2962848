import { randomBytes } from 'node:crypto';
import { availableParallelism, hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { finishRun } from '../shared/engine/finish-run.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import type { Counts, Run } from '../shared/model.ts';
import { startPool } from '../shared/pool/process-pool.ts';
import type { LocalStore } from './local-store.ts';
import type { WorkerArguments } from './worker.ts';

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

/** Works on runs with worker processes until all are over, or drained. Returns how each run stands. */
export async function runLocal(options: LocalRunOptions): Promise<RunProgress[]> {
  const { store, settings, projectDir, runs, draining, killing } = options;
  const pool = startPool({
    size: settings.processes === 'auto' ? availableParallelism() : settings.processes,
    module: new URL('./worker.ts', import.meta.url),
    newOwner,
    argumentsFor: (owner) => [
      JSON.stringify({ owner, projectDir, runs, settings } satisfies WorkerArguments),
    ],
    stuckAfterMs: Math.max(30_000, 3 * settings.leaseMs),
    async onExit({ owner, pid, crashed, reason }) {
      await store.ledger.releaseOwner(owner);
      await store.queue.releaseOwner(owner);
      if (crashed && !killing.aborted) options.onCrash(pid, reason);
    },
  });
  killing.addEventListener('abort', () => pool.kill());
  draining.addEventListener('abort', () => pool.drain());

  let isEnded = false;
  const ended = pool.ended.finally(() => {
    isEnded = true;
  });
  ended.catch(() => undefined);
  let last = '';
  while (!isEnded) {
    const progress = await readProgress(store, runs);
    const now = JSON.stringify(progress);
    options.onProgress(now === last ? await withNextDue(store, progress) : progress, pool.pids());
    last = now;
    if (progress.every((entry) => entry.isOver)) pool.drain();
    await Promise.race([sleep(pollMs), ended]);
  }
  await ended;
  return readProgress(store, runs);
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
