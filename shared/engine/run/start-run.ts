import type { BatchQueue, Ledger } from '../../coordination/ports.ts';
import { withTimeout } from '../../job/fetch-timeout.ts';
import type { Job } from '../../job/schema.ts';
import { type Batch, type Json, type Run, stamped } from '../../model.ts';
import { seedRequest } from '../../sources/seed.ts';
import { seedBatchId } from '../ids.ts';

export interface NewRun {
  id: string;
  job: Job;
  baseDir: string;
  /** Epoch ms. */
  startedAt: number;
}

/**
 * Starts a run: its record with one open batch, then that batch, which names the sources. Idempotent: if the
 * process dies in between, a sweep completes it (`sweep.ts`).
 */
export async function startRun(
  ledger: Ledger,
  queue: BatchQueue,
  start: NewRun,
  version?: number,
): Promise<Run> {
  // Workers of every version find a time-out in the job.
  const job = withTimeout(start.job) as unknown as Json;
  const run = stamped<Run>({ ...start, job, state: 'running' }, version);
  await ledger.createRun(run);
  await queue.send([{ batch: stamped(seedBatch(run.id), version) }]);
  return run;
}

/** The batch with which every run begins. */
export function seedBatch(run: string): Batch {
  const request = seedRequest();
  return { run, id: seedBatchId, host: '', requests: [request] };
}
