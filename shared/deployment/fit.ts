import { HaltError } from '../errors.ts';
import type { Job } from '../job/schema.ts';
import { canaryJob, type FunctionSettings, isCanary } from './names.ts';

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

export type WorkerTimeSettings = Pick<FunctionSettings, 'leaseMs' | 'workerTimeoutMs'>;

/** The engine's limits in time that follow from the settings, but for what a job's own time-out changes (`limitsFor`). */
export function workerTimes({ leaseMs, workerTimeoutMs }: WorkerTimeSettings) {
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

/** As long as a fetch may take in a worker that lives so long: milliseconds. */
export function maxFetchMs(workerTimeoutMs: number): number {
  return workerTimeoutMs - openingMs - turnsMsOf(workerTimeoutMs) - commitMarginMs - reportMs;
}

type FitSettings = Pick<FunctionSettings, 'workerTimeoutMs' | 'allowPrivate'>;

/** Why a job that is valid could not, or must not, run on this deployment: a clause each. */
export function misfitsOf(job: Job, settings: FitSettings): string[] {
  const { workerTimeoutMs, allowPrivate } = settings;
  const { fetch, politeness, network } = job;
  const maxMs = maxFetchMs(workerTimeoutMs);
  const misfits: string[] = [];
  // A job that names none has as much as fits.
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

/** The same of a job of somebody's own, whose name must not be one of the stack's. */
export function misfitsOfOwn(job: Job, settings: FitSettings): string[] {
  // Runs are known by the beginnings of their ids.
  if (!isCanary(`${job.name}-`)) return misfitsOf(job, settings);
  const name = `the name is one of the stack's own jobs (${canaryJob}), whose runs are listed nowhere; give it another`;
  return [name, ...misfitsOf(job, settings)];
}

/** Throws `HaltError` JOB_UNFIT when a job that is valid could not, or must not, run on this deployment. */
export function checkFit(job: Job, settings: FitSettings): void {
  refuse(job, misfitsOf(job, settings));
}

/** The same of a job of somebody's own. */
export function checkFitOfOwn(job: Job, settings: FitSettings): void {
  refuse(job, misfitsOfOwn(job, settings));
}

function refuse({ name }: Job, misfits: string[]): void {
  if (misfits.length > 0) throw new HaltError('JOB_UNFIT', `${name}: ${misfits.join('; ')}`);
}
