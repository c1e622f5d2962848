import { makeRandom } from '../../bench/random.ts';
import type { EngineLimits } from '../../shared/engine/engine.ts';
import { makeSite, type SiteModel } from './site-model.ts';

/** All that a seed decides about a round. What real processes make of it differs a little each time. */
export interface Plan {
  seed: number;
  site: SiteModel;
  runs: PlannedRun[];
  workers: number;
  lockProcesses: number;
  limits: EngineLimits;
  visibilityMs: number;
  /** After so many a message is a dead letter. */
  maxDeliveries: number;
  faults: FaultPlan;
  injections: Injection[];
  /** Nothing is killed or stopped before every host's robots.txt is read: who dies with its lock blocks the host for 100 s. */
  sparesRobots: boolean;
  locks: { names: string[]; leaseMs: number; standsStillEvery: number; standsStillMs: number };
  /** How often a worker tries a call of the store before its batch meets a fault. */
  storeAttempts: number;
  /** Fetches of a URL: more than the site and a stopped worker together can spoil. */
  attempts: number;
  /** Then the round is stuck. */
  maxMs: number;
}

export interface PlannedRun {
  id: string;
  /** Page id. */
  start: number;
  startsAfterMs: number;
  gapMs: number;
  slowDown: boolean;
}

/** How often of all calls it befalls. */
export interface FaultPlan {
  seed: number;
  shares: Record<CallFault | QueueFault, number>;
  blows: Blow[];
}

/**
 * A worker is struck at its call, of all calls of that method the nth. It dies `before` or `after` it was
 * heard. `late`: it dies, and its call is heard when another has got its batch. `frozen`: it stands still
 * until then.
 */
export interface Blow {
  method: string;
  nth: number;
  phase: 'before' | 'after' | 'late' | 'frozen';
}

export type CallFault =
  | 'throttled'
  | 'lostRequest'
  | 'lostAnswer'
  | 'lateAnswer'
  | 'lateRequest'
  | 'heardTwice'
  | 'heardAgainLater';

export type QueueFault = 'sentTwice' | 'deliveredLate' | 'deliveredAgain' | 'reordered';

export interface Injection {
  atMs: number;
  kind:
    | 'killWorker'
    | 'killAllWorkers'
    | 'killStore'
    | 'stopWorker'
    | 'stopLockProcess'
    | 'outage'
    | 'pauseRun';
  /** Of a stop, an outage, a pause. */
  forMs: number;
  /** In [0, 1): which of those there are. */
  which: number;
}

export type Length = 'short' | 'full';

/** The engine's margin on top of another's lease, and what it takes to come to work. */
const comebackMs = 600;
/** A lock's lease, and the store's margin for clocks, and a bit. */
const lockOutlastedMs = 12_500;

const sizes = {
  short: {
    hosts: 2,
    pagesPerHost: 18,
    injections: 5,
    spanMs: 4_000,
    blows: 6,
    leaseMs: 1_500,
    maxMs: 90_000,
  },
  full: {
    hosts: 4,
    pagesPerHost: 60,
    injections: 18,
    spanMs: 24_000,
    blows: 20,
    leaseMs: 2_500,
    maxMs: 240_000,
  },
};

const deadlyMethods = [
  'ledger.lease',
  'ledger.admit',
  'ledger.reserve',
  'ledger.reserveQuotas',
  'ledger.commit',
  'ledger.markForwarded',
  'outcomes.write',
  'queue.send',
  'queue.acknowledge',
];

export function makePlan(seed: number, length: Length = 'full'): Plan {
  const random = makeRandom(seed);
  const size = sizes[length];
  const isFull = length === 'full';
  const { leaseMs } = size;
  const whole = (from: number, to: number) => Math.floor(from + random() * (to - from + 1));
  const hasLateRobots = isFull && random() < 0.15;
  const site = makeSite(whole(1, 2 ** 31), { ...size, hasLateRobots });
  const gapMs = whole(25, 60);
  const first: PlannedRun = {
    id: `chaos-${seed}-a`,
    start: 0,
    startsAfterMs: 0,
    gapMs,
    slowDown: random() < 0.2,
  };
  const second: PlannedRun = {
    ...first,
    id: `chaos-${seed}-b`,
    start: 1,
    startsAfterMs: whole(500, 4_000),
    gapMs: whole(25, 60),
  };
  return {
    seed,
    site,
    runs: isFull && random() < 0.35 ? [first, second] : [first],
    workers: isFull ? whole(2, 4) : 2,
    lockProcesses: isFull ? 3 : 2,
    limits: {
      leaseMs,
      batchSize: whole(4, 12),
      batchBudgetMs: 1_500,
      turnsMs: 1_000,
      maxWaitMs: 1_000,
      horizonMs: 1_500,
      maxPauseMs: 5_000,
      // Calls that are heard late take leases that nobody knows of, which look like deaths.
      maxCrashes: { together: 3, alone: 20 },
    },
    maxDeliveries: 5,
    visibilityMs: leaseMs + comebackMs,
    faults: {
      seed: whole(1, 2 ** 31),
      shares: {
        throttled: 0.03,
        lostRequest: 0.006,
        lostAnswer: 0.012,
        lateAnswer: 0.02,
        lateRequest: 0.02,
        heardTwice: 0.02,
        heardAgainLater: 0.02,
        sentTwice: 0.12,
        deliveredLate: 0.08,
        deliveredAgain: 0.12,
        reordered: 0.3,
      },
      blows: Array.from({ length: size.blows }, () => planBlow(whole, isFull ? 60 : 20)),
    },
    sparesRobots: !isFull || random() < 0.75,
    injections: planInjections(random, size, isFull),
    locks: {
      names: ['red', 'blue'],
      leaseMs: 600,
      standsStillEvery: isFull ? 60 : 12,
      standsStillMs: lockOutlastedMs,
    },
    storeAttempts: isFull && random() < 0.35 ? 4 : 8,
    attempts: isFull ? 7 : 5,
    maxMs: size.maxMs,
  };
}

function planBlow(whole: (from: number, to: number) => number, latest: number): Blow {
  const phase = (['before', 'after', 'late', 'frozen'] as const)[whole(0, 3)] ?? 'before';
  const isOutlived = phase === 'late' || phase === 'frozen';
  const method = isOutlived ? 'ledger.commit' : (deadlyMethods[whole(0, deadlyMethods.length - 1)] ?? '');
  return { method, nth: whole(2, latest), phase };
}

/** After the processes are up. */
const firstInjectionMs = 300;

function planInjections(
  random: () => number,
  { injections, spanMs, leaseMs }: { injections: number; spanMs: number; leaseMs: number },
  isFull: boolean,
): Injection[] {
  const kinds: [Injection['kind'], number, [number, number]][] = [
    ['killWorker', 0.25, [0, 0]],
    ['killAllWorkers', 0.08, [0, 0]],
    ['killStore', 0.14, [0, 0]],
    ['stopWorker', 0.3, [leaseMs, leaseMs + 2_500]],
    ['stopLockProcess', 0.05, [lockOutlastedMs, lockOutlastedMs + 2_000]],
    ['outage', 0.1, [400, isFull ? 2_500 : 1_000]],
    ['pauseRun', 0.08, [500, 2_500]],
  ];
  return Array.from({ length: injections }, (_, index): Injection => {
    const atMs = firstInjectionMs + ((index + random()) * spanMs) / injections;
    // A short round begins with one of each of the most telling kinds.
    const sure = isFull ? undefined : kinds[[3, 0, 2, 3][index] ?? -1];
    let rest = random();
    const drawn = kinds.find(([, share]) => {
      rest -= share;
      return rest < 0;
    });
    const [kind, , [from, to]] = sure ?? drawn ?? ['killWorker', 0, [0, 0]];
    return { atMs, kind, forMs: from + random() * (to - from), which: random() };
  });
}
