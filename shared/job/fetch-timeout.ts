import type { Job } from './schema.ts';

/** The time-out of a job that names none. */
const defaultFetchTimeoutMs = 60_000;

/** A job whose fetches have a time-out, its own or the default. */
export type TimedJob = Job & { fetch: { timeoutMs: number } };

/**
 * The job with the time-out of its fetches: its own, or else a minute, and no more than `maxMs`, the time that its
 * process has for one fetch.
 */
export function withTimeout(job: Job, maxMs = Number.POSITIVE_INFINITY): TimedJob {
  const timeoutMs = Math.min(job.fetch.timeoutMs ?? defaultFetchTimeoutMs, maxMs);
  return { ...job, fetch: { ...job.fetch, timeoutMs } };
}
