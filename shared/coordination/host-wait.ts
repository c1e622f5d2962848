import type { HostRecord } from './ports.ts';

/** A host to which nothing is sent for a while, beyond the gap between its requests. */
export interface HostWait {
  host: string;
  /** Epoch ms. */
  until: number;
  /** `unanswered`: its breaker is open. `asked`: an answer asked for the pause, by its status or by Retry-After. */
  why: 'unanswered' | 'asked';
  /** How often in a row the breaker has opened, since the host answered last. */
  pauses: number;
}

/** What a host is waited for, by its record; `undefined` where requests may be sent to it. */
export function hostWaitOf(
  host: string,
  { delayedUntil: until = 0, breaker }: Pick<HostRecord, 'delayedUntil' | 'breaker'>,
  now: number,
): HostWait | undefined {
  if (until <= now) return undefined;
  const pauses = breaker?.opens ?? 0;
  return { host, until, why: pauses > 0 ? 'unanswered' : 'asked', pauses };
}
