const firstPauseMs = 10_000;

/**
 * How often a circuit breaker opens before its host, or its proxy, is given up: with pauses that double from ten seconds,
 * that is after ten minutes and a half.
 */
export const maxOpens = 6;

/** For how long a breaker that was opened for the `opens`th time in a row leaves its host or proxy alone: milliseconds. */
export function breakMs(opens: number, maxMs: number): number {
  return Math.min(maxMs, firstPauseMs * 2 ** (opens - 1));
}

/** The pauses of a breaker that was opened for the `opens`th time, until it gives up: how many, and how long in all. */
export function pausesLeft(opens: number, maxMs: number): { count: number; sumMs: number } {
  const pauses: number[] = [];
  for (let next = opens; next <= Math.max(opens, maxOpens); next += 1) pauses.push(breakMs(next, maxMs));
  return { count: pauses.length, sumMs: pauses.reduce((sum, ms) => sum + ms, 0) };
}
