import { browserOf } from '../browser/process-browser.ts';
import { type JobEnvironment, localEnvironment } from '../engine/job-environment.ts';
import { workLoop } from '../engine/loop/work-loop.ts';
import { makeContexts } from '../engine/run-context.ts';
import type { Settings } from '../job/settings-schema.ts';
import { localLimits } from './local-limits.ts';
import type { LocalStore } from './local-store.ts';
import { openAnswers } from './open-answers.ts';
import { openArchive } from './open-archive.ts';
import { openFiles } from './open-files.ts';

export interface WorkerOptions {
  /** Its name in leases. */
  owner: string;
  runs: string[];
  settings: Settings;
  /** Handlers that are functions of this process, by page label. @default {} */
  handlers?: NonNullable<JobEnvironment['handlers']>;
  /** Called for each batch that could not be finished. */
  onFault(batch: string, error: unknown): void;
}

/** What one process has open while it works on runs of this machine; to be disposed of when it has ended its work. */
export interface Worker extends AsyncDisposable {
  /** Works until all of the runs are over or `stopping` aborts; then finishes what is under way. Throws `HaltError`. */
  work(stopping: AbortSignal): Promise<void>;
}

/** The one wiring of the engine's loop to the store of this machine, for worker processes and for the library. */
export function openWorker({ file, ledger, queue, outcomes }: LocalStore, options: WorkerOptions): Worker {
  const { owner, runs, settings, handlers = {}, onFault } = options;
  const browser = browserOf(settings.browser);
  const { makeRenderer } = browser;
  const contexts = makeContexts(ledger, async (run) => ({
    ...(await localEnvironment(run)),
    makeRenderer,
    openAnswers: () => openAnswers(file),
    openFiles: (job) => openFiles(file, job),
    openArchive: (run) => openArchive(file, run),
    handlers,
    outcomes,
  }));
  return {
    async work(stopping) {
      // Not `AbortSignal.any`, which goes through its sources each time that it is asked: for each request more than once.
      const over = new AbortController();
      if (stopping.aborted) over.abort();
      stopping.addEventListener('abort', () => over.abort(), { once: true });
      const left = new Set(runs);
      await workLoop(
        {
          ...{ ledger, queue, outcomes, owner, contextOf: contexts.contextOf },
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
          onFault: (error, { batch }) => onFault(batch.id, error),
        },
      );
    },
    async [Symbol.asyncDispose]() {
      await contexts.close();
      await browser[Symbol.asyncDispose]();
    },
  };
}

/** Gives back what a process holds that has stopped, so that another one can go on at once. */
export async function releaseWork({ ledger, queue }: LocalStore, owner: string): Promise<void> {
  await Promise.all([ledger.releaseOwner(owner, 'stopped'), queue.releaseOwner(owner, 'stopped')]);
}
