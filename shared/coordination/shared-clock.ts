/**
 * One clock for all processes that share a store: the store's own, which dates its answers. Deadlines and turns
 * are compared between machines, whose clocks may be seconds apart.
 */
export interface SharedClock {
  /** Epoch ms. */
  now(): number;
  /** The distance between the earliest and the latest time that the answers allow: ms. Infinite before the first. */
  uncertaintyMs(): number;
  /**
   * The store's clock was between `from` and `to` at some moment between `sentAt` and `receivedAt` of this
   * machine's.
   */
  observe(answer: Observation): void;
}

/** All in epoch ms. */
export interface Observation {
  sentAt: number;
  receivedAt: number;
  from: number;
  to: number;
}

/**
 * Starts with this machine's clock, and does not correct it while no answer contradicts it. Answers narrow the
 * bounds of its error (Cristian, "Probabilistic clock synchronization", 1989). Clocks drift, and the store's many
 * machines differ: an answer that contradicts the earlier ones slightly shifts the bounds, no further than
 * necessary. One that contradicts them altogether, since a clock was set, replaces them.
 */
export function makeSharedClock(localNow: () => number): SharedClock {
  let offset: Range = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
  let offsetMs = 0;
  return {
    now: () => localNow() + offsetMs,
    uncertaintyMs: () => offset.max - offset.min,
    observe({ sentAt, receivedAt, from, to }) {
      const seen = { min: from - receivedAt, max: to - sentAt };
      const both = { min: Math.max(offset.min, seen.min), max: Math.min(offset.max, seen.max) };
      offset = both.min <= both.max ? both : shifted(offset, seen);
      const isRight = offset.min <= 0 && 0 <= offset.max;
      offsetMs = isRight ? 0 : Math.round((offset.min + offset.max) / 2);
    },
  };
}

interface Range {
  min: number;
  max: number;
}

/** A larger contradiction is a clock that was set, not drift. */
const maxDriftMs = 1_000;

/** The range `known`, moved just far enough to touch `seen`, which does not overlap with it. */
function shifted(known: Range, seen: Range): Range {
  const moveMs = seen.max < known.min ? seen.max - known.min : seen.min - known.max;
  if (Math.abs(moveMs) > maxDriftMs) return seen;
  const moved = { min: known.min + moveMs, max: known.max + moveMs };
  return { min: Math.max(moved.min, seen.min), max: Math.min(moved.max, seen.max) };
}
