import { HaltError } from '../errors.ts';
import type { Job } from '../job/schema.ts';
import type { FunctionSettings } from './names.ts';

/** To extract, write and commit after the last fetch. */
const settlingMs = 12_500;

/** How long a batch's turns on its host's clock may take in a worker that lives so long: milliseconds. */
export function turnsMsOf(workerTimeoutMs: number): number {
  return Math.min(27_500, workerTimeoutMs / 4);
}

/** A worker waits for a turn between two hops of a robots.txt: so long a part of its time, at most. */
const gapShare = 3;

/** Throws `HaltError` JOB_UNFIT when a job that is valid could not, or must not, run on this deployment. */
export function checkFit(
  job: Job,
  settings: Pick<FunctionSettings, 'workerTimeoutMs' | 'allowPrivate'>,
): void {
  const { workerTimeoutMs, allowPrivate } = settings;
  const longestFetchMs = workerTimeoutMs - turnsMsOf(workerTimeoutMs) - settlingMs;
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
