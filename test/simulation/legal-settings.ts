import fc from 'fast-check';
import { checkFit } from '../../shared/deployment/fit.ts';
import { workDeliveries } from '../../shared/deployment/function-limits.ts';
import { maxFetchMs } from '../../shared/deployment/worker-times.ts';
import { engineLimits } from '../../shared/engine/limits-in-function.ts';
import { HaltError } from '../../shared/errors.ts';
import { type TimedJob, withTimeout } from '../../shared/job/fetch-timeout.ts';
import { type Job, jobSchema } from '../../shared/job/schema.ts';
import { settingsSchema } from '../../shared/job/settings-schema.ts';
import { localLimits } from '../../shared/local-run/local-limits.ts';
import { makeChoices } from './choices.ts';
import { calm, type Scenario } from './scenario.ts';
import type { Site, SitePage } from './site.ts';

/** One case of the property: settings, a job and a host, each legal, and how the store answers. */
export interface Case {
  aws: { workerTimeoutMs: number; leaseMs: number; visibilityMs: number; batchSize: number };
  local: { leaseMs: number; batchSize: number; batchesPerProcess: number };
  processes: number;
  /** None: the job does not name one. */
  fetchTimeoutMs?: number | undefined;
  gapMs: number;
  crawlDelayMs: number;
  concurrencyPerHost: number;
  /** Of a page that takes its time, as a share of the job's time-out. */
  slowShare: number;
  /** Each page leads to the next alone, or the first to all others. */
  shape: 'chain' | 'wide';
  latencyMs: number;
  duplicate: number;
  seed: number;
}

/** The ends of a range are where relations break. */
function within(min: number, max: number): fc.Arbitrary<number> {
  const inside = fc.integer({ min, max });
  return fc.oneof(fc.constantFrom(min, max), inside, fc.integer({ min, max: Math.min(max, 3 * min + 100) }));
}

function seconds(min: number, max: number): fc.Arbitrary<number> {
  return within(min / 1_000, max / 1_000).map((value) => 1_000 * value);
}

const aws = seconds(30_000, 900_000).chain((workerTimeoutMs) =>
  fc.record({
    workerTimeoutMs: fc.constant(workerTimeoutMs),
    leaseMs: within(10_000, Math.min(899_000, workerTimeoutMs - 1)),
    visibilityMs: seconds(6 * workerTimeoutMs, 43_200_000),
    batchSize: within(1, 200),
  }),
);

/** The ranges of `settingsSchema` and `jobSchema`; what `checkFit` refuses is no case. */
export const cases: fc.Arbitrary<Case> = fc
  .record({
    aws,
    local: fc.record({
      leaseMs: within(2_000, 600_000),
      batchSize: within(1, 500),
      batchesPerProcess: within(1, 256),
    }),
    processes: within(2, 6),
    fetchTimeoutMs: fc.option(within(1_000, 900_000), { nil: undefined, freq: 3 }),
    gapMs: fc.oneof(fc.constantFrom(0, 5, 1_000), within(0, 300_000)),
    crawlDelayMs: fc.oneof(fc.constant(0), seconds(1_000, 600_000)),
    concurrencyPerHost: within(1, 256),
    slowShare: fc.constantFrom(0, 0, 0.5, 0.95),
    shape: fc.constantFrom('chain' as const, 'wide' as const),
    latencyMs: fc.constantFrom(1, 20, 100),
    duplicate: fc.constantFrom(0, 0, 0.2),
    seed: fc.nat(),
  })
  .map(fitted)
  .filter((it) => isFit(it));

/** As the messages of `checkFit` say: what is too long for the worker's time is lowered to the most that fits. */
function fitted(it: Case): Case {
  const most = (message: string) => Number(/at most (\d+)/.exec(message)?.[1]);
  let changed = it;
  for (const name of ['fetchTimeoutMs', 'gapMs'] as const) {
    const message = refusal(changed);
    const isAbout = message?.includes(name === 'gapMs' ? 'gapMs is' : 'timeoutMs is');
    if (message !== undefined && isAbout) changed = { ...changed, [name]: most(message) };
  }
  return changed;
}

function isFit(it: Case): boolean {
  return refusal(it) === undefined;
}

function refusal(it: Case): string | undefined {
  try {
    checkFit(jobOf(it), { ...it.aws, allowPrivate: false });
    return undefined;
  } catch (error) {
    if (error instanceof HaltError) return error.message;
    throw error;
  }
}

function jobOf({ fetchTimeoutMs, gapMs, concurrencyPerHost }: Case): Job {
  return jobSchema.parse({
    name: 'fitted',
    sources: [{ crawl: { start: [urlOf(0)] } }],
    pages: { page: {} },
    fetch: { ...(fetchTimeoutMs === undefined ? {} : { timeoutMs: fetchTimeoutMs }), concurrencyPerHost },
    politeness: { gapMs, slowDown: false },
  });
}

/** So many pages that the slowest host is done within two virtual hours. */
export function pagesOf({ gapMs, crawlDelayMs }: Case): number {
  return Math.min(24, Math.max(3, Math.floor(7_200_000 / Math.max(1, gapMs, crawlDelayMs))));
}

export function deployed(it: Case): Scenario {
  const settings = settingsSchema.parse({ aws: it.aws }).aws;
  return {
    ...scenarioOf(it, withTimeout(jobOf(it), maxFetchMs(settings.workerTimeoutMs))),
    mode: 'event',
    concurrency: 10,
    limits: engineLimits(settings),
    visibilityMs: settings.visibilityMs,
    timeoutMs: settings.workerTimeoutMs,
    maxReceives: workDeliveries,
    commitTells: 'sparing',
  };
}

export function onThisMachine(it: Case): Scenario {
  const settings = settingsSchema.parse(it.local);
  return {
    ...scenarioOf(it, withTimeout(jobOf(it))),
    mode: 'loop',
    concurrency: settings.batchesPerProcess,
    limits: localLimits(settings),
    visibilityMs: settings.leaseMs + 1_000,
    timeoutMs: Number.POSITIVE_INFINITY,
    maxReceives: workDeliveries,
    commitTells: 'exact',
  };
}

function scenarioOf(
  it: Case,
  job: TimedJob,
): Pick<Scenario, 'site' | 'runs' | 'processes' | 'skewMs' | 'faults' | 'latencyMs'> {
  const site = siteOf(it, job.fetch.timeoutMs);
  return {
    site,
    runs: [{ id: 'r', job, starts: site.starts, commands: [], startsAfterMs: 0 }],
    processes: it.processes,
    skewMs: 0,
    faults: { ...calm, duplicate: it.duplicate },
    latencyMs: it.latencyMs,
  };
}

const host = 'h0.test';

function urlOf(page: number): string {
  return `http://${host}/p${page}`;
}

function siteOf(it: Case, timeoutMs: number): Site {
  const { shape, crawlDelayMs, slowShare, seed } = it;
  const choices = makeChoices(seed);
  const all = Array.from({ length: pagesOf(it) }, (_, page) => page);
  const linksOf = (page: number) => {
    if (shape === 'wide') return page === 0 ? all.map(urlOf) : [];
    return page + 1 < all.length ? [urlOf(page + 1)] : [];
  };
  const pageOf = (page: number): SitePage => ({
    ...{ url: urlOf(page), host, items: 1, isIncomplete: false, failures: 0, kind: 'page' },
    links: linksOf(page),
    failsWith: { status: 500 },
    ...(choices.chance(0.2) ? { answersAfterMs: Math.floor(slowShare * timeoutMs) } : {}),
  });
  return {
    hosts: new Map([[host, { name: host, robotsFailures: 0, robots: { disallow: [], crawlDelayMs } }]]),
    pages: new Map(all.map((page) => [urlOf(page), pageOf(page)])),
    starts: [urlOf(0)],
  };
}
