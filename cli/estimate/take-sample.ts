import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadedJob } from '../../shared/job/load.ts';
import { withoutOrder } from '../../shared/job/page-order.ts';
import type { Settings } from '../../shared/job/settings-schema.ts';
import { type LocalStore, openLocalStore } from '../../shared/local-run/local-store.ts';
import { runLocal } from '../../shared/local-run/run-local.ts';
import { startRuns } from '../../shared/local-run/start-runs.ts';
import { finishedPages, type RunView } from '../../shared/observe/run-view.ts';
import { newProcessName } from '../../shared/pool/process-name.ts';
import { aheadOf } from '../../shared/sources/ahead.ts';
import type { Output } from '../output.ts';
import { listenForStops } from '../progress/listen-for-stops.ts';
import { liveProgress } from '../progress/live-progress.ts';

export interface SampleOptions {
  settings: Settings;
  pages: number;
  timeLimitMs: number;
}

/** The run of a sample, while its store exists. */
export interface SampleRun extends RunView {
  store: LocalStore;
  isInterrupted: boolean;
}

/**
 * Runs a job on this machine for some pages, robots.txt and gaps obeyed, on a store that is gone once
 * `measure` has looked at it. Ends early at the time limit, or at Ctrl-C; twice ends it at once.
 */
export async function takeSample<T>(
  output: Output,
  loaded: LoadedJob,
  options: SampleOptions,
  measure: (sample: SampleRun) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'spinneret-estimate-'));
  const settings: Settings = {
    ...options.settings,
    processes: 1,
    batchSize: options.settings.aws.batchSize,
    store: join(folder, 'store.db'),
  };
  try {
    await using store = await openLocalStore(settings, folder, newProcessName());
    const [run] = await startRuns(store, [boundedJob(loaded, options.pages)]);
    if (run === undefined) throw new Error('no run was started');
    return await measure(await work(output, store, { ...options, settings }, run.id));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Files are counted, and not fetched. Pages are taken as they are found: the best of them are not like the others. */
function boundedJob(loaded: LoadedJob, pages: number): LoadedJob {
  const job = withoutOrder(loaded.job);
  const maxPages = Math.min(pages, job.limits.maxPages);
  // A site that is down is to be reported within seconds, while the pauses between attempts grow.
  const attempts = Math.min(job.fetch.attempts, 2);
  return {
    ...loaded,
    job: { ...job, fetch: { ...job.fetch, attempts }, limits: { ...job.limits, maxPages, maxFiles: 0 } },
  };
}

async function work(
  output: Output,
  store: LocalStore,
  { settings, pages, timeLimitMs }: SampleOptions,
  run: string,
): Promise<SampleRun> {
  const display = liveProgress(output, { stillAfterMs: timeLimitMs, isSample: true });
  using stops = listenForStops();
  const endsAt = Date.now() + timeLimitMs;
  try {
    const [view] = await runLocal({
      store,
      settings,
      projectDir: process.cwd(),
      runs: [run],
      draining: stops.draining.signal,
      killing: stops.killing.signal,
      onProgress(views, pids) {
        display.show(views, pids);
        const isEnough = views.every((one) => hasEnough(one, pages));
        if (isEnough || Date.now() >= endsAt) stops.draining.abort();
      },
      onCrash: (pid, reason) =>
        display.note(`worker process ${pid} died (${reason}); another takes its place`),
    });
    if (view === undefined) throw new Error(`run ${run} vanished`);
    return { ...view, store, isInterrupted: stops.isInterrupted() };
  } finally {
    display.end();
  }
}

/** Lists that are counted separately need not be read on; others, such as sitemaps, are counted by reading them. */
function hasEnough({ run, counts }: RunView, pages: number): boolean {
  const { sources } = run.job as unknown as LoadedJob['job'];
  return finishedPages(counts) >= pages && !sources.some((source) => aheadOf(source).readsLists);
}
