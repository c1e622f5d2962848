import { commitMarginMs } from '../deployment/fit.ts';
import type { TimedJob } from '../job/fetch-timeout.ts';
import type { Engine, EngineLimits } from './engine.ts';

/** Of the time in which a batch's fetches may begin, the share that its first turn may be waited for. */
const waitShare = 1 / 3;

/** A turn that begins so shortly before the last moment for a fetch may be over before it is taken. */
const lateMs = 500;

/**
 * The engine's limits for a job: where processes do not live long, a slow job's fetches must begin early, so that it
 * waits less for its first turn, and has smaller batches. A first turn that is waited for is then always taken.
 */
export function limitsFor(
  { limits }: Pick<Engine, 'limits'>,
  { fetch }: { fetch: Pick<TimedJob['fetch'], 'timeoutMs'> },
): EngineLimits {
  if (limits.lifeMs === undefined) return limits;
  const roomMs = limits.lifeMs - commitMarginMs - fetch.timeoutMs;
  const maxWaitMs = Math.min(limits.maxWaitMs, roomMs * waitShare);
  return {
    ...limits,
    maxWaitMs,
    horizonMs: Math.min(limits.horizonMs, maxWaitMs),
    turnsMs: Math.min(limits.turnsMs, roomMs - maxWaitMs),
  };
}

/** After that (epoch ms) no fetch of the job may begin in this process: it could outlast it. */
export function lastStartOf(
  { endsAt }: Pick<Engine, 'endsAt'>,
  { fetch }: { fetch: Pick<TimedJob['fetch'], 'timeoutMs'> },
): number {
  return (endsAt ?? Number.POSITIVE_INFINITY) - fetch.timeoutMs - commitMarginMs;
}

/** How long a first turn may be waited for in what is left of this process: below 0 when it is too late for any. */
export function maxTurnWaitOf(
  engine: Pick<Engine, 'endsAt' | 'now'>,
  job: { fetch: Pick<TimedJob['fetch'], 'timeoutMs'> },
): number {
  return lastStartOf(engine, job) - lateMs - engine.now();
}
