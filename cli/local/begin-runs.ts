/**
 * The function by which a worker process reads a job file and starts its runs; `begin-in-worker.ts` calls it. What that
 * needs, the schemas above all, is 40 MB, which the command would hold until the end of the run.
 */
import { SpinneretError } from '../../shared/errors.ts';
import { type LoadedJob, loadJobs, parseJobs } from '../../shared/job/load.ts';
import type { Settings } from '../../shared/job/settings-schema.ts';
import { openLocalStore } from '../../shared/local-run/local-store.ts';
import { startRuns } from '../../shared/local-run/start-runs.ts';
import type { TaskContext } from '../../shared/pool/task.ts';
import { readsPages } from '../../shared/sources/sources.ts';
import { pickJobs } from '../choose-job.ts';
import { readSettings } from '../read-settings.ts';
import { type Refusal, refusalOf } from '../refusal.ts';
import { termsOf } from '../terms.ts';
import { usageError } from '../usage-error.ts';
import { warningsOf } from '../validate/job-warnings.ts';
import type { jobOfExtraction, RunChoice } from './job-of-extraction.ts';

/** What a command is to scrape; all but `text` as its options say. */
export interface RunOrder {
  /** Path of the job file. */
  file: string;
  /** Read in place of what is in the file. */
  text?: string;
  settings?: string;
  job?: string;
  processes?: number | 'auto';
  maxPages?: number;
  maxItems?: number;
  cached?: true;
  /** The run from whose kept pages items are taken. @default pages are asked for */
  extract?: RunChoice;
}

export interface BegunRuns {
  settings: Settings;
  /** Ids of the runs, one of each job. */
  runs: string[];
  /** What is said before the first run of a source. */
  terms: string[];
  warnings: string[];
}

const closeAfterMs = 2_000;

/** Starts a run of each job in the store of the folder that the process is in. */
export async function beginRuns(
  order: RunOrder,
  context: TaskContext,
): Promise<BegunRuns | { refused: Refusal }> {
  try {
    const begun = await begin(order, context.name);
    // What is called next is loaded while the command gets ready to call it, once that has the answer; it reports why it can't be.
    setImmediate(() => import('../../shared/local-run/worker.ts').catch(() => undefined));
    return begun;
  } catch (error) {
    if (error instanceof SpinneretError) return { refused: refusalOf(error) };
    throw error;
  }
}

async function begin(order: RunOrder, owner: string): Promise<BegunRuns> {
  const { file, text, processes } = order;
  const read = text === undefined ? await loadJobs(file) : parseJobs(text, file);
  const picked = pickJobs(read, order.job).map((one) => ordered(one, order));
  const options = order.settings === undefined ? {} : { settings: order.settings };
  const settings = { ...readSettings(options), ...(processes !== undefined && { processes }) };
  const store = await openLocalStore(settings, process.cwd(), owner);
  try {
    const loaded =
      order.extract === undefined ? picked : [await extraction(store, settings, order.extract, picked)];
    const jobs = loaded.map(({ job }) => job);
    const terms = order.extract === undefined ? await termsOf(store.ledger, jobs) : [];
    const runs = (await startRuns(store, loaded)).map(({ id }) => id);
    const warnings = jobs.flatMap((job) => warningsOf(job).map((warning) => `${job.name}: ${warning}`));
    return { settings, runs, terms, warnings };
  } finally {
    // Later, when others have opened it: the last one writes SQLite's log back and deletes it, for the next to make it anew.
    setTimeout(() => store[Symbol.asyncDispose](), closeAfterMs).unref();
  }
}

/** Loaded by those who extract alone. */
async function extraction(...args: Parameters<typeof jobOfExtraction>): Promise<LoadedJob> {
  return (await import('./job-of-extraction.ts')).jobOfExtraction(...args);
}

/** Throws USAGE for a limit that would have no effect on the job. */
function ordered(loaded: LoadedJob, { maxPages, maxItems, cached }: RunOrder): LoadedJob {
  const { job } = loaded;
  if (maxPages !== undefined && !readsPages(job)) {
    throw usageError(
      `--max-pages does not bound ${job.name}, which has no pages of its own: use --max-items, or limits.budgetUsd in the job`,
    );
  }
  const limits = {
    ...job.limits,
    ...(maxPages === undefined ? {} : { maxPages }),
    ...(maxItems === undefined ? {} : { maxItems }),
  };
  const fetch = cached === undefined ? job.fetch : { ...job.fetch, cached };
  return { ...loaded, job: { ...job, limits, fetch } };
}
