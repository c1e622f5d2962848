import { makeRandom } from '../../bench/random.ts';
import type { Blow, CallFault, FaultPlan, Injection, QueueFault } from './plan.ts';
import type { Call } from './wire.ts';

/** All that is done to a round, by name. */
export type FaultKind =
  | CallFault
  | QueueFault
  | `blow ${Blow['phase']}`
  | 'refusedInOutage'
  | Injection['kind']
  | 'wrongClock';

export interface FaultCounts {
  add(kind: FaultKind): void;
  all(): Partial<Record<FaultKind, number>>;
}

export function countFaults(): FaultCounts {
  const counts: Partial<Record<FaultKind, number>> = {};
  return {
    add(kind) {
      counts[kind] = (counts[kind] ?? 0) + 1;
    },
    all: () => counts,
  };
}

/** Decides by seed, for one call after the other, what befalls it. */
export interface Fate {
  of(call: Call): CallFault | { blow: Blow } | undefined;
  /** No blow falls before. */
  arm(): void;
  /** Whether a thing happens to one message, or to one answer. */
  strikes(fault: QueueFault): boolean;
  /** A pause between the two, in milliseconds. */
  pauseMs(from: number, to: number): number;
}

/** In this order; at most one befalls a call. */
const callFaults: CallFault[] = [
  'throttled',
  'lostRequest',
  'lostAnswer',
  'lateAnswer',
  'lateRequest',
  'heardTwice',
  'heardAgainLater',
];

/** Twice heard, these would take what nobody then looks after: no store's client does that to them. */
const neverRepeated = /receive$|acquireLock$|depth$/;

export function makeFate({ seed, shares, blows }: FaultPlan): Fate {
  const random = makeRandom(seed);
  const heard = new Map<string, number>();
  let isArmed = false;
  return {
    of({ method, caller }) {
      const nth = (heard.get(method) ?? 0) + (isArmed ? 1 : 0);
      heard.set(method, nth);
      const blow = blows.find((entry) => entry.method === method && entry.nth === nth);
      if (blow !== undefined && caller.role === 'worker') return { blow };
      let rest = random();
      return callFaults.find((fault) => {
        if (neverRepeated.test(method) && fault.startsWith('heard')) return false;
        rest -= shares[fault];
        return rest < 0;
      });
    },
    arm() {
      isArmed = true;
    },
    strikes: (fault) => random() < shares[fault],
    pauseMs: (from, to) => from + random() * (to - from),
  };
}
