import type { Later, Turns } from './pace.ts';

/** Turns, or when to ask for them again. */
export type Reserved = { state: 'now'; turns: Turns } | Later;

/**
 * Reserves as many turns as requests will be sent. Where none will, since this machine keeps every answer, nothing is
 * reserved: a turn that nobody uses would make the next batch wait for a gap. Should an answer be gone when it is read,
 * its request takes a turn then.
 */
export async function reserveWhenNeeded(
  wanted: number,
  reserve: (count: number) => Promise<Reserved>,
): Promise<Reserved> {
  if (wanted > 0) return reserve(wanted);
  let reserving: Promise<Reserved> | undefined;
  return {
    state: 'now',
    turns: {
      async next(remaining, signal, request) {
        reserving ??= reserve(remaining);
        const reserved = await reserving;
        if (reserved.state === 'now') return reserved.turns.next(remaining, signal, request);
        reserving = undefined;
        return { busyUntil: reserved.notBefore };
      },
      async returnTurns() {
        const reserved = await reserving;
        if (reserved?.state === 'now') await reserved.turns.returnTurns();
      },
    },
  };
}
