import type { BatchQueue, Ledger } from '../coordination/ports.ts';
import type { Job } from '../job/schema.ts';
import { type Batch, type Json, type Run, stamped } from '../model.ts';
import { seedBatchId } from './ids.ts';

export interface NewRun {
  id: string;
  job: Job;
  baseDir: string;
  /** Epoch ms. */
  startedAt: number;
}

/**
 * Starts a run: its record with one open batch, then that batch, which names the sources. Idempotent:
 * if the process dies in between, `resendSeed` completes it.
 */
export async function startRun(
  ledger: Ledger,
  queue: BatchQueue,
  start: NewRun,
  version?: number,
): Promise<Run> {
  const run = stamped<Run>({ ...start, job: start.job as unknown as Json, state: 'running' }, version);
  await ledger.createRun(run);
  await resendSeed(queue, run.id, version);
  return run;
}

/**
 * Sends the first batch of a run once more; if it was done, nothing comes of it. `version`: that of the workers, where
 * it may be another than the caller's.
 */
export async function resendSeed(queue: BatchQueue, run: string, version?: number): Promise<void> {
  await queue.send([{ batch: stamped(seedBatch(run), version) }]);
}

/** The batch that every run begins with. */
export function seedBatch(run: string): Batch {
  const request = { kind: 'seed' as const, url: 'spinneret:seed', label: '', depth: 0, attempt: 0 };
  return { run, id: seedBatchId, host: '', requests: [request] };
}
