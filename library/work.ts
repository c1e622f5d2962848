import { setTimeout as sleep } from 'node:timers/promises';
import type { JobEnvironment } from '../shared/engine/job-environment.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import { type LocalStore, openLocalStore } from '../shared/local-run/local-store.ts';
import { openWorker, releaseWork } from '../shared/local-run/open-worker.ts';
import { readProgress, runLocal } from '../shared/local-run/run-local.ts';
import { makeSendLost } from '../shared/local-run/send-lost.ts';
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
  await using store = await openLocalStore(settings, projectDir, owner);
  const onFault = (batch: string, error: unknown) => warn(`batch ${batch}: ${describe(error)}`);
  await using worker = openWorker(store, { owner, runs: [run], settings, handlers, onFault });
  const over = new AbortController();
  const working = worker.work(AbortSignal.any([draining, over.signal]));
  try {
    await Promise.race([working, untilIdle(store, target, over)]);
    over.abort();
    await working;
  } finally {
    over.abort();
    await working.catch(() => undefined);
    await releaseWork(store, owner);
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
