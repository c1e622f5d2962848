import { type IdleProcess, openWorkerPool } from '../../shared/local-run/worker-processes.ts';
import { ownModuleUrl } from '../../shared/own-files.ts';
import { task } from '../../shared/pool/task.ts';
import { TaskError } from '../../shared/pool/task-error.ts';
import { RefusedError } from '../refusal.ts';
import type { BegunRuns, beginRuns, RunOrder } from './begin-runs.ts';

export interface Begun extends BegunRuns {
  /** The process that has started the runs, for working on them. */
  processes: IdleProcess[];
}

/**
 * Starts a run of each job in a process that then works on them, so that this one stays small, and only one loads what
 * both need. Throws the `RefusedError` of whatever is wrong with job, settings or environment.
 */
export async function beginInWorker(order: RunOrder): Promise<Begun> {
  // Once: a run may have been started when the process dies.
  await using pool = openWorkerPool({ size: 1, maxDeaths: 1 });
  const begin = task<typeof beginRuns>(ownModuleUrl('cli/local/begin-runs'), 'beginRuns');
  const [begun] = await pool.map([order], begin).catch((error: unknown) => {
    throw error instanceof TaskError ? (error.cause ?? error) : error;
  });
  if (begun === undefined) throw new Error('no answer to one call');
  if ('refused' in begun) throw new RefusedError(begun.refused);
  return { ...begun, processes: pool.handOver() };
}
