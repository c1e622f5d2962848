import { HaltError } from '../errors.ts';
import type { Settings } from '../job/settings-schema.ts';
import type { TaskContext } from '../pool/task.ts';
import { openLocalStore } from './local-store.ts';
import { openWorker, releaseWork } from './open-worker.ts';

export interface WorkerOrders {
  projectDir: string;
  runs: string[];
  settings: Settings;
}

/**
 * The function of a worker process, which `run-local.ts` calls in a pool. Works for the runs until all are over or its
 * signal aborts; then finishes what is under way. Throws `HaltError`.
 */
export async function work(
  { projectDir, runs, settings }: WorkerOrders,
  _slot: number,
  { name: owner, signal, onOrphaned }: TaskContext,
): Promise<void> {
  await using store = await openLocalStore(settings, projectDir, owner);
  // Without a parent nothing is counted or exported: return what is held, so that `resume` can go on at once.
  onOrphaned(() => releaseWork(store, owner));
  const onFault = (batch: string, error: unknown) => console.error(`batch ${batch}:`, error);
  await using worker = openWorker(store, { owner, runs, settings, onFault });
  try {
    await worker.work(signal);
  } catch (error) {
    if (error instanceof HaltError) throw error;
    // A fault ends this process, which is replaced, and not the run.
    console.error(error);
    process.exit(1);
  }
}
