/** The function of a worker process of a local run; `run-local.ts` calls it in a pool of processes. */

import { browserOf } from '../../shared/browser/process-browser.ts';
import { localEnvironment } from '../../shared/engine/job-environment.ts';
import { workLoop } from '../../shared/engine/loop/work-loop.ts';
import { makeContexts } from '../../shared/engine/run-context.ts';
import { HaltError } from '../../shared/errors.ts';
import type { Settings } from '../../shared/job/settings-schema.ts';
import type { TaskContext } from '../../shared/pool/task.ts';
import { localLimits } from './local-limits.ts';
import { type LocalStore, openLocalStore } from './local-store.ts';

export interface WorkerOrders {
  projectDir: string;
  runs: string[];
  settings: Settings;
}

/** Works for the runs until all are over or its signal aborts; then finishes what is under way. Throws `HaltError`. */
export async function work(orders: WorkerOrders, _slot: number, context: TaskContext): Promise<void> {
  const { name: owner, onOrphaned } = context;
  await using store = openLocalStore(orders.settings, orders.projectDir, owner);
  // Without a parent nothing is counted or exported: return what is held, so that `resume` can go on at once.
  onOrphaned(async () => {
    await Promise.all([
      store.ledger.releaseOwner(owner, 'stopped'),
      store.queue.releaseOwner(owner, 'stopped'),
    ]);
  });
  await using browser = browserOf(orders.settings.browser);
  const contexts = makeContexts(store.ledger, async (run) => ({
    ...(await localEnvironment(run)),
    makeRenderer: browser.makeRenderer,
  }));
  try {
    await loop(store, orders, context, contexts.contextOf);
  } catch (error) {
    if (error instanceof HaltError) throw error;
    // A fault ends this process, which is replaced, and not the run.
    console.error(error);
    process.exit(1);
  } finally {
    await contexts.close();
  }
}

async function loop(
  { ledger, queue, outcomes }: LocalStore,
  { runs, settings }: WorkerOrders,
  { name: owner, signal: stopping }: TaskContext,
  contextOf: ReturnType<typeof makeContexts>['contextOf'],
): Promise<void> {
  // Not `AbortSignal.any`, which goes through its sources each time that it is asked: for each request more than once.
  const over = new AbortController();
  if (stopping.aborted) over.abort();
  stopping.addEventListener('abort', () => over.abort(), { once: true });
  const left = new Set(runs);
  await workLoop(
    {
      ledger,
      queue,
      outcomes,
      contextOf,
      owner,
      now: Date.now,
      stopping: over.signal,
      async onOver(run) {
        left.delete(run);
        if (left.size === 0) over.abort();
      },
      limits: localLimits(settings),
    },
    {
      runs,
      concurrency: settings.batchesPerProcess,
      onFault: (error, { batch }) => console.error(`batch ${batch.id}:`, error),
    },
  );
}
