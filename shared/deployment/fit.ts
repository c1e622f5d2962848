import { HaltError } from '../errors.ts';
import type { Job } from '../job/schema.ts';
import type { FunctionSettings } from './names.ts';

/*
 * How the times of a worker function are shared out. All of them follow from `workerTimeoutMs`, so that every legal
 * setting lets a batch that begins come to a fetch (test/simulation/settings.test.ts):
 *
 *   | wait for the first turn | turns | the last fetch, fetch.timeoutMs | commitMarginMs | reportMs |
 */

/** A fetch that ends this late leaves time to extract, write and commit. */
export const commitMarginMs = 10_000;

/** For what a function says after the engine has stopped. */
export const reportMs = 2_000;

/** What of it the receiver of telemetry (`aws.telemetry`) may take, headers and connection included. */
export const telemetryMs = 1_500;

/** What calls of the store take before the first turn. */
const openingMs = 500;

/** How long a batch's turns on its host's clock may take in a worker that lives so long: milliseconds. */
function turnsMsOf(workerTimeoutMs: number): number {
  return Math.min(27_500, workerTimeoutMs / 4);
}

/** A first turn further ahead is waited for in the queue: its company in the event waits for it. */
const maxWaitMs = 15_000;

/** A lease that ended while its batch was under work would count as the death of its holder. */
const leaseMarginMs = 10_000;

export type WorkerTerms = Pick<FunctionSettings, 'leaseMs' | 'workerTimeoutMs'>;

/** The engine's limits in time that follow from the settings, but for what a job's own time-out changes (`limitsFor`). */
export function workerTimes({ leaseMs, workerTimeoutMs }: WorkerTerms) {
  return {
    lifeMs: workerTimeoutMs - reportMs,
    // It saves nothing to end it sooner: a message whose function died comes back when that must have ended.
    leaseMs: Math.max(leaseMs, workerTimeoutMs - leaseMarginMs),
    batchBudgetMs: workerTimeoutMs / 2,
    turnsMs: turnsMsOf(workerTimeoutMs),
    maxWaitMs,
    // Nothing is reserved that cannot be waited for: who comes late from the queue has no turns to lose.
    horizonMs: maxWaitMs,
  };
}

/** A worker waits for a turn between two hops of a robots.txt: so long a part of its time, at most. */
const gapShare = 3;

/** Throws `HaltError` JOB_UNFIT when a job that is valid could not, or must not, run on this deployment. */
export function checkFit(
  job: Job,
  settings: Pick<FunctionSettings, 'workerTimeoutMs' | 'allowPrivate'>,
): void {
  const { workerTimeoutMs, allowPrivate } = settings;
  const longestFetchMs = workerTimeoutMs - openingMs - turnsMsOf(workerTimeoutMs) - commitMarginMs - reportMs;
  if (job.fetch.timeoutMs > longestFetchMs) {
    throw new HaltError(
      'JOB_UNFIT',
      `${job.name}: fetch.timeoutMs is ${job.fetch.timeoutMs}, and a worker function ends after ${workerTimeoutMs}: ` +
        `at most ${longestFetchMs}, or raise aws.workerTimeoutMs and deploy`,
    );
  }
  if (job.politeness.gapMs > workerTimeoutMs / gapShare) {
    throw new HaltError(
      'JOB_UNFIT',
      `${job.name}: politeness.gapMs is ${job.politeness.gapMs}, and a worker function ends after ${workerTimeoutMs}: ` +
        `at most ${Math.floor(workerTimeoutMs / gapShare)}; so slow a job runs as well on your machine`,
    );
  }
  if (job.network === 'allowPrivate' && !allowPrivate) {
    throw new HaltError(
      'JOB_UNFIT',
      `${job.name}: network: allowPrivate is refused in the cloud; set aws.allowPrivate: true and deploy if it is meant`,
    );
  }
}
