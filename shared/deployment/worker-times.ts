import type { FunctionSettings } from './function-settings.ts';

// How the times of a worker function are shared out. All of them follow from `workerTimeoutMs`, so that every legal
// setting lets a batch that begins come to a fetch (test/simulation/settings.test.ts):
//
//   | wait for the first turn | turns | the last fetch, fetch.timeoutMs | commitMarginMs | reportMs |

/** The time to extract, write and commit after the last fetch. */
export const commitMarginMs = 10_000;

/** The part of it that is left for writing and committing when handlers have to end. */
export const handlerMarginMs = 5_000;

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

/** The longest that a fetch may take in a worker with this time-out: milliseconds. */
export function maxFetchMs(workerTimeoutMs: number): number {
  return workerTimeoutMs - openingMs - turnsMsOf(workerTimeoutMs) - commitMarginMs - reportMs;
}

/** The least time of a function with a browser: its pages wait for the turns of what they load. */
const minBrowserTimeoutMs = 300_000;

/** The time of a function with a browser, whose fetches may take as long as those of a worker. */
export function browserTimeoutMs(workerTimeoutMs: number): number {
  return Math.max(minBrowserTimeoutMs, workerTimeoutMs);
}

/** The longest that a page may take in the browser, once it was fetched: milliseconds. */
export function maxRenderMs(workerTimeoutMs: number, fetchTimeoutMs: number): number {
  return maxFetchMs(browserTimeoutMs(workerTimeoutMs)) - maxWaitMs - fetchTimeoutMs;
}
