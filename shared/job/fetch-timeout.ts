import type { Job } from './schema.ts';

/** Of a job that names none. */
export const defaultFetchTimeoutMs = 60_000;

/** A job whose fetches have a time-out, named by it or not. */
export type TimedJob = Job & { fetch: { timeoutMs: number } };

/**
 * The job with the time-out that its fetches have: its own, or else a minute, and no more than `maxMs`, which is what
 * the process that it is worked on in has for one fetch.
 */
export function withTimeout(job: Job, maxMs = Number.POSITIVE_INFINITY): TimedJob {
  const timeoutMs = Math.min(job.fetch.timeoutMs ?? defaultFetchTimeoutMs, maxMs);
  return { ...job, fetch: { ...job.fetch, timeoutMs } };
}
