import { setTimeout as sleep } from 'node:timers/promises';
import { localLimits } from '../cli/run/local-limits.ts';
import { type LocalStore, openLocalStore } from '../cli/run/local-store.ts';
import { readProgress, runLocal } from '../cli/run/run-local.ts';
import { makeSendLost } from '../cli/run/send-lost.ts';
import { browserOf } from '../shared/browser/process-browser.ts';
import { type JobEnvironment, localEnvironment } from '../shared/engine/job-environment.ts';
import { workLoop } from '../shared/engine/loop/work-loop.ts';
import { makeContexts } from '../shared/engine/run-context.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import type { Run } from '../shared/model.ts';
import type { RunView } from '../shared/observe/run-view.ts';
import { newProcessName } from '../shared/pool/process-name.ts';

type Handlers = NonNullable<JobEnvironment['handlers']>;

/** A run, and its store. */
export interface RunTarget {
  settings: Settings;
  /** The folder to which `settings.store` is relative. */
  projectDir: string;
  /** Id of the run. */
  run: string;
  /** Handlers by page label. With any of them the work is done in this process, since others cannot call them. */
  handlers: Handlers;
}

interface Stops {
  /** Aborted to finish what is under way, and to leave the rest. */
  draining: AbortSignal;
  /** Aborted to end worker processes at once. */
  killing: AbortSignal;
}

/** Works on a run until it is over, paused or drained; returns its state. */
export async function work(
  store: LocalStore,
  target: RunTarget,
  { draining, killing }: Stops,
): Promise<RunView | undefined> {
  const { run, settings } = target;
  if (Object.keys(target.handlers).length > 0) {
    await workHere(target, draining);
  } else {
    await runLocal({
      store,
      settings,
      projectDir: target.projectDir,
      runs: [run],
      draining,
      killing,
      onProgress: () => undefined,
      onCrash: (pid, reason) => warn(`worker process ${pid} died (${reason}); another takes its place`),
    });
  }
  const [progress] = await readProgress(store, [run]);
  return progress;
}

const pollMs = 250;

/** With a connection of its own: the reader of the items must not see what is not yet on the disk. */
async function workHere(target: RunTarget, draining: AbortSignal): Promise<void> {
  const { settings, projectDir, run, handlers } = target;
  const owner = newProcessName();
  await using store = openLocalStore(settings, projectDir, owner);
  await using browser = browserOf(settings.browser);
  const { makeRenderer } = browser;
  const environmentOf = async (of: Run) => ({ ...(await localEnvironment(of)), makeRenderer, handlers });
  const contexts = makeContexts(store.ledger, environmentOf);
  const over = new AbortController();
  const working = workLoop(
    {
      ledger: store.ledger,
      queue: store.queue,
      outcomes: store.outcomes,
      contextOf: contexts.contextOf,
      owner,
      now: Date.now,
      stopping: AbortSignal.any([draining, over.signal]),
      onOver: async () => over.abort(),
      limits: localLimits(settings),
    },
    {
      runs: [run],
      concurrency: settings.batchesPerProcess,
      onFault: (error, { batch }) => warn(`batch ${batch.id}: ${describe(error)}`),
    },
  );
  try {
    await Promise.race([working, untilIdle(store, target, over)]);
    over.abort();
    await working;
  } finally {
    over.abort();
    await working.catch(() => undefined);
    await contexts.close();
    await Promise.all([
      store.ledger.releaseOwner(owner, 'stopped'),
      store.queue.releaseOwner(owner, 'stopped'),
    ]);
  }
}

/** Resolves when nothing is left to do, or the run may not go on; sends lost batches again meanwhile. */
async function untilIdle(
  store: LocalStore,
  { run, settings }: RunTarget,
  over: AbortController,
): Promise<void> {
  const sendLost = makeSendLost(store, settings.leaseMs, (id, batches) =>
    warn(`${batches} batches of ${id} had lost their messages; sent again`),
  );
  while (!over.signal.aborted) {
    const [progress] = await readProgress(store, [run]);
    if (progress === undefined || progress.isOver || progress.run.state === 'paused') return;
    await sendLost(progress.run);
    await sleep(pollMs, undefined, { signal: over.signal }).catch(() => undefined);
  }
}

/** A library does not print to the user's terminal: Node does, unless the program listens to `warning`. */
function warn(message: string): void {
  process.emitWarning(message, 'SpinneretWarning');
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
