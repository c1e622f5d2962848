import type { EngineLimits } from '../../shared/engine/engine.ts';
import type { PaceGroups } from '../../shared/engine/turns/pace-groups.ts';
import { type Job, jobSchema } from '../../shared/job/schema.ts';
import type { Choices } from './choices.ts';
import { drawSite, type Site } from './site.ts';

/** How often what goes wrong: chances per call, and the most of each. */
export interface FaultRates {
  death: number;
  /** A process is stopped, as by SIGSTOP, mostly for longer than its lease. */
  pause: number;
  /** An answer takes seconds. */
  slow: number;
  /** Refused before the effect. */
  throttle: number;
  /** The effect, then an error. */
  lostAnswer: number;
  /** Per message. */
  duplicate: number;
  delay: number;
  /** Per event: no function takes it, and its messages have been received for nothing. */
  refused: number;
  /** All together. */
  most: number;
}

export interface RunPlan {
  id: string;
  job: Job;
  /** URLs that the sources name. */
  starts: string[];
  /** True ms from the start, and what is then asked for. */
  commands: { afterMs: number; to: 'paused' | 'running' | 'cancelled' }[];
  startsAfterMs: number;
}

/** `loop`: worker processes of one machine. `event`: function instances, on machines with clocks of their own. */
export interface Scenario {
  mode: 'loop' | 'event';
  site: Site;
  runs: RunPlan[];
  processes: number;
  /** Batches under way at once in a process, or the most in an event. */
  concurrency: number;
  limits: EngineLimits;
  visibilityMs: number;
  /** An event that is not full is held back for so long: the batching window of the mapping. @default 0 */
  heldBackMs?: number;
  /** After so many receives a message is a dead letter. */
  maxReceives: number;
  /** Of a function. */
  timeoutMs: number;
  commitTells: 'exact' | 'sparing';
  /** A process's clock is off by so much at most, either way. */
  skewMs: number;
  faults: FaultRates;
  /** Milliseconds of one call, either way. */
  latencyMs: number;
  /** Of runs that pace hosts together. @default none does */
  pacing?: {
    /** Called for each process: what it knows of the groups is its own. */
    groupsOf(run: string): PaceGroups | undefined;
    /** What the run paces the host with, to be checked. */
    nameOf(run: string, host: string): string | undefined;
  };
  /** True ms from the start: from `fromMs` on, processes that start may be of the next version; from `toMs` on, all are. */
  upgrade?: { fromMs: number; toMs: number };
  /** Messages that are lost: the chance of each, and how often all of them are, at most. Somebody looks after the runs then. */
  losses?: { perMessage: number; purges: number };
}

/** The same world with something else in it. */
export type Variant = (scenario: Scenario) => Scenario;

/** Nothing goes wrong. */
export const calm: FaultRates = {
  death: 0,
  pause: 0,
  slow: 0,
  throttle: 0,
  lostAnswer: 0,
  duplicate: 0,
  delay: 0,
  refused: 0,
  most: 0,
};

export function drawScenario(choices: Choices): Scenario {
  const mode = choices.chance(0.5) ? 'loop' : 'event';
  const attempts = choices.between(3, 5);
  const hosts = choices.pick([1, 1, 2, 2, 3]);
  const pages = 3 + Math.floor(37 * choices.random() ** 2.5);
  const site = drawSite(choices, { hosts, pages, maxFailures: attempts - 2 });
  const runCount = choices.pick([1, 1, 1, 1, 1, 1, 2, 2, 3]);
  const runs = Array.from({ length: runCount }, (_, index) => drawRun(choices, site, `r${index}`, attempts));
  return {
    mode,
    site,
    runs,
    processes: choices.between(1, 4),
    concurrency: choices.pick([1, 2, 3, 4, 40]),
    commitTells: mode === 'loop' || choices.chance(0.3) ? 'exact' : 'sparing',
    skewMs: mode === 'event' && choices.chance(0.5) ? 5_000 : 0,
    faults: drawFaults(choices, mode),
    latencyMs: choices.pick([1, 5, 20, 100]),
    ...(mode === 'loop' ? loopTerms(choices) : eventTerms(choices)),
  };
}

type Terms = Pick<Scenario, 'limits' | 'visibilityMs' | 'timeoutMs' | 'maxReceives'>;

/** A lone request whose process dies by chance must not be given up: there are fewer faults than that. */
const maxCrashes = { together: 2, alone: 14 };

function loopTerms(choices: Choices): Terms {
  const leaseMs = 3_000;
  const limits: EngineLimits = {
    leaseMs,
    batchSize: choices.between(1, 6),
    batchBudgetMs: 10_000,
    turnsMs: 2_000,
    // Longer than a batch's first calls take: what must look again misses its turns else, again and again.
    maxWaitMs: choices.pick([1_000, 2_000]),
    horizonMs: choices.pick([2_000, 30_000]),
    maxPauseMs: 5_000,
    maxCrashes: { ...maxCrashes, together: choices.pick([2, 3]) },
  };
  return {
    limits,
    visibilityMs: leaseMs + 1_000,
    maxReceives: Number.POSITIVE_INFINITY,
    timeoutMs: Number.POSITIVE_INFINITY,
  };
}

function eventTerms(choices: Choices): Terms {
  const timeoutMs = choices.pick([20_000, 30_000, 60_000]);
  const maxWaitMs = choices.pick([1_500, 3_000]);
  const limits: EngineLimits = {
    leaseMs: choices.pick([5_000, timeoutMs * 0.8]),
    batchSize: choices.between(1, 6),
    batchBudgetMs: timeoutMs / 2,
    turnsMs: timeoutMs / 4,
    maxWaitMs,
    horizonMs: maxWaitMs,
    maxPauseMs: 60_000,
    maxCrashes: { ...maxCrashes, together: choices.pick([2, 3]) },
    ...(choices.chance(0.5) ? { suspectLeaseMs: 4_000, suspectAfter: choices.pick([1, 2]) } : {}),
  };
  return { limits, visibilityMs: 6 * timeoutMs, maxReceives: choices.pick([3, 5]), timeoutMs };
}

function drawFaults(choices: Choices, mode: Scenario['mode']): FaultRates {
  if (choices.chance(0.05)) return calm;
  const rate = () => choices.pick([0, 0.002, 0.005, 0.02]);
  const isLoop = mode === 'loop';
  return {
    death: rate(),
    pause: rate(),
    slow: rate(),
    // A machine whose store fails stops working; only functions put faults back.
    throttle: isLoop ? 0 : rate(),
    lostAnswer: isLoop ? 0 : rate(),
    duplicate: choices.pick([0, 0.05, 0.3]),
    delay: choices.pick([0, 0.05, 0.3]),
    refused: isLoop ? 0 : choices.pick([0, 0.1, 0.5]),
    // A lone request whose process dies so often has failed (`BATCH_CRASHED`): that must not happen here.
    most: choices.between(1, 8),
  };
}

function drawRun(choices: Choices, site: Site, id: string, attempts: number): RunPlan {
  const hosts = [...site.hosts.keys()];
  const starts = choices.chance(0.5) ? site.starts : site.starts.slice(0, 1);
  const more = choices.chance(0.3) ? [...site.pages.keys()].filter(() => choices.chance(0.3)) : [];
  const limits = {
    ...(choices.chance(0.15) ? { maxPages: choices.between(1, site.pages.size) } : {}),
    ...(choices.chance(0.12) ? { maxPagesPerHost: choices.between(1, site.pages.size) } : {}),
    ...(choices.chance(0.12) ? { maxItems: choices.between(1, 2 * site.pages.size) } : {}),
    ...(choices.chance(0.08) ? { maxDepth: choices.between(0, 3) } : {}),
  };
  const job = jobSchema.parse({
    name: 'simulated',
    sources: [{ crawl: { start: starts } }, ...(more.length === 0 ? [] : [{ urls: { list: more } }])],
    pages: { page: {} },
    scope: { hosts },
    urls: { canonical: 'follow' },
    limits,
    fetch: { attempts, timeoutMs: 2_000, concurrencyPerHost: choices.pick([1, 2, 8]) },
    politeness: {
      gapMs: choices.pick([0, 0, 20, 100, 500]),
      robots: choices.chance(0.6) ? 'obey' : 'ignore',
      // How busy this process is would decide about gaps.
      slowDown: false,
    },
  });
  const startsAfterMs = choices.pick([0, 0, choices.between(0, 5_000)]);
  return { id, job, starts: [...starts, ...more], commands: drawCommands(choices), startsAfterMs };
}

function drawCommands(choices: Choices): RunPlan['commands'] {
  const commands: RunPlan['commands'] = [];
  if (choices.chance(0.12)) {
    const afterMs = choices.between(0, 5_000);
    commands.push(
      { afterMs, to: 'paused' },
      { afterMs: afterMs + choices.between(0, 20_000), to: 'running' },
    );
  }
  if (choices.chance(0.08)) commands.push({ afterMs: choices.between(0, 10_000), to: 'cancelled' });
  return commands;
}
