import type { Choices } from './choices.ts';
import type { FaultRates } from './scenario.ts';

/** What befalls one call of a process. */
export type Fault =
  | 'death before'
  | 'death after'
  | 'throttle'
  | 'lost answer'
  | { pauseMs: number; when: 'before' | 'after' }
  | { slowMs: number };

export interface Faults {
  /** Asked once per call. */
  next(call: string): Fault | undefined;
  /** What befalls a message: more copies of it, and how late each comes. */
  ofMessage(): { copies: number; delayMs: number };
  /** Asked once per event: whether nobody takes it. */
  refusesEvent(): boolean;
  /** From now on nothing goes wrong. */
  end(): void;
  counts: Record<string, number>;
}

const maxOfMessages = 8;
/** They are no deaths: there may be many more than a batch has chances. */
const maxRefused = 60;

/**
 * Faults as the seed has them, until there have been enough. `leaseMs`: longer than that, a process may not
 * stand still without being overtaken.
 */
export function makeFaults(choices: Choices, rates: FaultRates, leaseMs: number): Faults {
  const counts: Record<string, number> = {};
  let left = rates.most;
  let isOver = false;
  const take = (kind: string) => {
    left -= 1;
    counts[kind] = (counts[kind] ?? 0) + 1;
  };
  const kinds: [keyof FaultRates, () => Fault][] = [
    ['death', () => (choices.chance(0.5) ? 'death before' : 'death after')],
    [
      'pause',
      () => ({ pauseMs: choices.between(leaseMs / 2, 3 * leaseMs), when: choices.pick(['before', 'after']) }),
    ],
    ['slow', () => ({ slowMs: choices.between(500, 2 * leaseMs) })],
    ['throttle', () => 'throttle'],
    ['lostAnswer', () => 'lost answer'],
  ];
  return {
    counts,
    next() {
      if (left <= 0) return undefined;
      let draw = choices.random();
      for (const [kind, make] of kinds) {
        draw -= rates[kind];
        if (draw >= 0) continue;
        take(kind);
        return make();
      }
      return undefined;
    },
    ofMessage() {
      const { duplicate = 0, delay = 0 } = counts;
      // Each copy of a batch that waits goes round by itself, and would be doubled again.
      const copies = duplicate < maxOfMessages && choices.chance(rates.duplicate) ? 2 : 1;
      const delayMs = delay < maxOfMessages && choices.chance(rates.delay) ? choices.between(1, 10_000) : 0;
      if (copies > 1) counts['duplicate'] = duplicate + 1;
      if (delayMs > 0) counts['delay'] = delay + 1;
      return { copies, delayMs };
    },
    refusesEvent() {
      const { refused = 0 } = counts;
      if (isOver || refused >= maxRefused || !choices.chance(rates.refused)) return false;
      counts['refused'] = refused + 1;
      return true;
    },
    end() {
      left = 0;
      isOver = true;
    },
  };
}

/** Nothing goes wrong but what `next` says. */
export function plannedFaults(next: Faults['next']): Faults {
  let isOver = false;
  return {
    counts: {},
    next: (call) => (isOver ? undefined : next(call)),
    ofMessage: () => ({ copies: 1, delayMs: 0 }),
    refusesEvent: () => false,
    end() {
      isOver = true;
    },
  };
}
