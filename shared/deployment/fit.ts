import { HaltError } from '../errors.ts';
import type { Job } from '../job/schema.ts';
import { secretFilesOf } from '../job/secret-files.ts';
import { canaryJob, isCanary } from './canary.ts';
import { type FitSettings, misfitsInBrowser } from './fit-in-browser.ts';
import { maxFetchMs } from './worker-times.ts';

/** The largest part of its time that a worker waits for a turn between two hops of a robots.txt, as a divisor. */
const gapShare = 3;

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
  misfits.push(...misfitsInBrowser(job, settings));
  for (const [name, { login }] of Object.entries(job.sessions ?? {})) {
    if (login?.via !== 'person') continue;
    misfits.push(
      `sessions.${name}.login.via: person opens a session on the machine of the person; run the job there, or give the session a file of cookies`,
    );
  }
  if (fetch.cached === true) {
    misfits.push('fetch.cached reads pages from the cache of your machine; leave it out');
  }
  misfits.push(...misfitsOfProxies(job, allowPrivate));
  if (network === 'allowPrivate' && !allowPrivate) {
    misfits.push(
      'network: allowPrivate is refused in the cloud; set aws.allowPrivate: true and deploy if it is meant',
    );
  }
  return misfits;
}

function misfitsOfProxies({ proxies }: Job, allowPrivate: boolean): string[] {
  if (proxies === undefined) return [];
  const misfits: string[] = [];
  if (proxies.resolve === 'proxy') {
    misfits.push('proxies.resolve: proxy is refused in the cloud, since nobody checks where names lead');
  }
  if (proxies.network === 'allowPrivate' && !allowPrivate) {
    misfits.push(
      'proxies.network: allowPrivate is refused in the cloud; set aws.allowPrivate: true and deploy if it is meant',
    );
  }
  return misfits;
}

/** `misfitsOf` a user's job, whose name must not be one of the stack's own either. */
export function misfitsOfOwn(job: Job, settings: FitSettings): string[] {
  // Runs are recognised by the prefix of their ids.
  if (!isCanary(`${job.name}-`)) return misfitsOf(job, settings);
  const name = `the name is one of the stack's own jobs (${canaryJob}), whose runs are listed nowhere; give it another`;
  return [name, ...misfitsOf(job, settings)];
}

/** `misfitsOfOwn` a job with a schedule: its files are stored as they are by `cdk deploy`, so none may hold secrets. */
export function misfitsOfScheduled(job: Job, settings: FitSettings): string[] {
  const files = secretFilesOf(job).map(
    ({ key, path }) =>
      `${key} is a file with secrets (${path}), which only spinneret enqueue brings, sealed; ` +
      'put its text into a secret where the key takes ${env:NAME}, or start the job by enqueue',
  );
  return [...misfitsOfOwn(job, settings), ...files];
}

/** Throws `HaltError` JOB_UNFIT when a valid job could not, or must not, run on this deployment. */
export function checkFit(job: Job, settings: FitSettings): void {
  refuse(job, misfitsOf(job, settings));
}

/** Throws `HaltError` JOB_UNFIT as `checkFit` does, by the rules for a user's job (`misfitsOfOwn`). */
export function checkFitOfOwn(job: Job, settings: FitSettings): void {
  refuse(job, misfitsOfOwn(job, settings));
}

/** Throws `HaltError` JOB_UNFIT as `checkFit` does, by the rules for a user's job with a schedule. */
export function checkFitOfScheduled(job: Job, settings: FitSettings): void {
  refuse(job, misfitsOfScheduled(job, settings));
}

function refuse({ name }: Job, misfits: string[]): void {
  if (misfits.length > 0) throw new HaltError('JOB_UNFIT', `${name}: ${misfits.join('; ')}`);
}
