import { commitMarginMs, handlerMarginMs } from '../deployment/worker-times.ts';
import type { TimedJob } from '../job/fetch-timeout.ts';
import type { Engine, EngineLimits } from './engine.ts';

/** The share of the time in which a batch's fetches may begin that may be spent on waiting for its first turn. */
const waitShare = 1 / 3;

/** A turn that begins this shortly before the last moment for a fetch may be over before it is used. */
const lateMs = 500;

/**
 * The engine's limits for a job. Where processes live for a limited time, a slow job's fetches must begin early,
 * so it waits less for its first turn and has smaller batches. A first turn that was waited for is then always
 * used.
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

/**
 * The last moment (epoch ms) at which a fetch of the job may begin in this process: a later one could outlast it.
 */
export function lastStartOf(
  { endsAt }: Pick<Engine, 'endsAt'>,
  { fetch }: { fetch: Pick<TimedJob['fetch'], 'timeoutMs'> },
): number {
  return (endsAt ?? Number.POSITIVE_INFINITY) - fetch.timeoutMs - commitMarginMs;
}

/**
 * How long a first turn may be waited for in the time that this process has left: below 0 when it is too late for
 * any.
 */
export function maxTurnWaitOf(
  engine: Pick<Engine, 'endsAt' | 'now'>,
  job: { fetch: Pick<TimedJob['fetch'], 'timeoutMs'> },
): number {
  return lastStartOf(engine, job) - lateMs - engine.now();
}

/** Whether handlers have to end, for what they gave and what they did not to be written; of a process without end never. */
export function mustEndOf({ endsAt, now }: Pick<Engine, 'endsAt' | 'now'>): (() => boolean) | undefined {
  return endsAt === undefined ? undefined : () => now() >= endsAt - handlerMarginMs;
}
