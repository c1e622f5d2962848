import { setTimeout as sleep } from 'node:timers/promises';

/** Some seconds in total; after that it is better to have the batch delivered again. */
const maxAttempts = 10;
const firstPauseMs = 20;
const maxPauseMs = 1_500;

/** Error codes that mean "not now": the same request may succeed a moment later. */
const transientCodes = new Set([
  'TransactionConflict',
  'TransactionConflictException',
  'TransactionInProgressException',
  'ThrottlingError',
  'ThrottlingException',
  'ProvisionedThroughputExceeded',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
]);

/**
 * Retries what failed by contention or throttling, after a random pause that grows ("full jitter", AWS
 * Architecture Blog, "Exponential Backoff And Jitter"). The SDK retries throttled requests a few times, but no
 * cancelled transaction. Throws the last error in the end, and every other error at once.
 */
export async function withRetry<T>(body: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await body();
    } catch (error) {
      if (attempt === maxAttempts || !isTransient(error)) throw error;
      await sleep(pauseMs(attempt));
    }
  }
}

/** Random; the upper bound doubles with each attempt. */
export function pauseMs(attempt: number): number {
  return Math.random() * Math.min(maxPauseMs, firstPauseMs * 2 ** attempt);
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (transientCodes.has(error.name)) return true;
  if (error.name !== 'TransactionCanceledException') return false;
  const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [];
  return reasons.some(({ Code = '' }) => transientCodes.has(Code));
}
