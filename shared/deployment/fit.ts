import { HaltError } from '../errors.ts';
import type { Job } from '../job/schema.ts';
import { canaryJob, type FunctionSettings, isCanary } from './names.ts';

/*
 * How the times of a worker function are shared out. All of them follow from `workerTimeoutMs`, so that every legal
 * setting lets a batch that begins come to a fetch (test/simulation/settings.test.ts):
 *
 *   | wait for the first turn | turns | the last fetch, fetch.timeoutMs | commitMarginMs | reportMs |
 */

/** The time to extract, write and commit after the last fetch. */
export const commitMarginMs = 10_000;

/** The time for a function's logs and metrics after the engine has stopped. */
export const reportMs = 2_000;

/** The part of it for sending telemetry (`aws.telemetry`), headers and connection included. */
export const telemetryMs = 1_500;

/** The calls of the store before the first turn. */
const openingMs = 500;

/** How long a batch's turns on its host's clock may take, in a worker with this time-out: milliseconds. */
function turnsMsOf(workerTimeoutMs: number): number {
  return Math.min(27_500, workerTimeoutMs / 4);
}

/**
 * A first turn further ahead is waited for in the queue, since the other batches of the event would have to wait
 * for it.
 */
const maxWaitMs = 15_000;

/** A lease that expired while its batch is worked on would be counted as the death of its holder. */
const leaseMarginMs = 10_000;

export type WorkerTimeSettings = Pick<FunctionSettings, 'leaseMs' | 'workerTimeoutMs'>;

/**
 * The engine's limits in time that follow from the settings, except for those that depend on a job's own time-out
 * (`limitsFor`).
 */
export function workerTimes({ leaseMs, workerTimeoutMs }: WorkerTimeSettings) {
  return {
    lifeMs: workerTimeoutMs - reportMs,
    // An earlier end would save nothing: a message whose function died is redelivered when that must have ended.
    leaseMs: Math.max(leaseMs, workerTimeoutMs - leaseMarginMs),
    batchBudgetMs: workerTimeoutMs / 2,
    turnsMs: turnsMsOf(workerTimeoutMs),
    maxWaitMs,
    // Turns are only reserved if they can be waited for: a batch that the queue delivers late has no turns to
    // lose.
    horizonMs: maxWaitMs,
  };
}

/** The largest part of its time that a worker waits for a turn between two hops of a robots.txt, as a divisor. */
const gapShare = 3;

/** The longest that a fetch may take in a worker with this time-out: milliseconds. */
export function maxFetchMs(workerTimeoutMs: number): number {
  return workerTimeoutMs - openingMs - turnsMsOf(workerTimeoutMs) - commitMarginMs - reportMs;
}

type FitSettings = Pick<FunctionSettings, 'workerTimeoutMs' | 'allowPrivate'>;

/** Why a valid job could not, or must not, run on this deployment: a clause for each reason. */
export function misfitsOf(job: Job, settings: FitSettings): string[] {
  const { workerTimeoutMs, allowPrivate } = settings;
  const { fetch, politeness, network } = job;
  const maxMs = maxFetchMs(workerTimeoutMs);
  const misfits: string[] = [];
  // A job that names no time-out gets as much as fits.
  if (fetch.timeoutMs !== undefined && fetch.timeoutMs > maxMs) {
    misfits.push(
      `fetch.timeoutMs is ${fetch.timeoutMs}, and a worker function ends after ${workerTimeoutMs}: ` +
        `at most ${maxMs}, or raise aws.workerTimeoutMs and deploy`,
    );
  }
  if (politeness.gapMs > workerTimeoutMs / gapShare) {
    misfits.push(
      `politeness.gapMs is ${politeness.gapMs}, and a worker function ends after ${workerTimeoutMs}: ` +
        `at most ${Math.floor(workerTimeoutMs / gapShare)}; so slow a job runs as well on your machine`,
    );
  }
  if (network === 'allowPrivate' && !allowPrivate) {
    misfits.push(
      'network: allowPrivate is refused in the cloud; set aws.allowPrivate: true and deploy if it is meant',
    );
  }
  return misfits;
}

/** The same for a user's job, whose name must not be one of the stack's own. */
export function misfitsOfOwn(job: Job, settings: FitSettings): string[] {
  // Runs are recognised by the prefix of their ids.
  if (!isCanary(`${job.name}-`)) return misfitsOf(job, settings);
  const name = `the name is one of the stack's own jobs (${canaryJob}), whose runs are listed nowhere; give it another`;
  return [name, ...misfitsOf(job, settings)];
}

/** Throws `HaltError` JOB_UNFIT when a valid job could not, or must not, run on this deployment. */
export function checkFit(job: Job, settings: FitSettings): void {
  refuse(job, misfitsOf(job, settings));
}

/** The same for a user's job. */
export function checkFitOfOwn(job: Job, settings: FitSettings): void {
  refuse(job, misfitsOfOwn(job, settings));
}

function refuse({ name }: Job, misfits: string[]): void {
  if (misfits.length > 0) throw new HaltError('JOB_UNFIT', `${name}: ${misfits.join('; ')}`);
}
