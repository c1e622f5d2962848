import { describe, expect, it } from 'vitest';
import { jobSchema } from '../../shared/job/schema.ts';
import { isWhole, noteSample } from '../sample.ts';
import { makeChoices } from './choices.ts';
import { type Faults, plannedFaults } from './faults.ts';
import type { Scenario } from './scenario.ts';
import { simulateScenario } from './simulate.ts';
import type { Site, SitePage } from './site.ts';

const urlOf = (page: number) => `http://h0.test/p${page}`;

const pageOf = (page: number, links: number[], more: Partial<SitePage> = {}): SitePage => ({
  url: urlOf(page),
  host: 'h0.test',
  links: links.map(urlOf),
  items: 1,
  isIncomplete: false,
  kind: 'page',
  failures: 0,
  failsWith: { status: 500 },
  ...more,
});

function siteOf(pages: SitePage[]): Site {
  const host = { name: 'h0.test', robotsFailures: 0, robots: { disallow: ['/p9'], crawlDelayMs: 100 } };
  return {
    hosts: new Map([[host.name, host]]),
    pages: new Map(pages.map((page) => [page.url, page])),
    starts: [urlOf(0)],
  };
}

/** Every way a page can end, on few pages. */
const everyEnd = siteOf([
  pageOf(0, [1, 2, 3, 4, 5, 9]),
  pageOf(1, [0, 6], { kind: 'redirect', target: urlOf(2) }),
  pageOf(2, [1, 6]),
  pageOf(3, [], { kind: 'missing' }),
  pageOf(4, [6], { kind: 'flaky', failures: 1, failsWith: { status: 503, retryAfterS: 2 } }),
  pageOf(5, [6], { canonical: urlOf(6) }),
  pageOf(6, [0], { canonical: urlOf(5) }),
  pageOf(9, []),
]);

const twoPages = siteOf([pageOf(0, [1]), pageOf(1, [0])]);

function scenarioOf(
  mode: Scenario['mode'],
  site: Site,
  politeness: { gapMs: number; robots: 'obey' | 'ignore' },
  processes: number,
): Scenario {
  const job = jobSchema.parse({
    name: 'small',
    sources: [{ crawl: { start: site.starts } }],
    pages: { page: {} },
    urls: { canonical: 'follow' },
    fetch: { timeoutMs: 2_000 },
    politeness: { ...politeness, slowDown: false },
  });
  const none = {
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
  const timeoutMs = mode === 'loop' ? Number.POSITIVE_INFINITY : 30_000;
  return {
    mode,
    site,
    runs: [{ id: 'r', job, starts: site.starts, commands: [], startsAfterMs: 0 }],
    processes,
    concurrency: 2,
    limits: {
      leaseMs: 3_000,
      batchSize: 2,
      batchBudgetMs: 10_000,
      turnsMs: 2_000,
      maxWaitMs: 1_000,
      horizonMs: 2_000,
      maxPauseMs: 5_000,
      maxCrashes: { together: 3, alone: 12 },
    },
    maxReceives: 5,
    visibilityMs: mode === 'loop' ? 4_000 : 60_000,
    timeoutMs,
    commitTells: mode === 'loop' ? 'exact' : 'sparing',
    skewMs: 0,
    faults: none,
    latencyMs: 2,
  };
}

/** Dies at these calls, counted over all processes: 2n is before call n takes effect, 2n + 1 after it. */
function dyingAt(points: number[]): Faults & { calls(): number } {
  let calls = 0;
  const faults = plannedFaults(() => {
    const call = calls;
    calls += 1;
    if (points.includes(2 * call)) return 'death before';
    return points.includes(2 * call + 1) ? 'death after' : undefined;
  });
  return { ...faults, calls: () => calls };
}

async function violationsOf(scenario: Scenario, points: number[]) {
  const faults = dyingAt(points);
  const { violations } = await simulateScenario(scenario, makeChoices(1), { faults });
  return { violations: violations.map((line) => `${points.join(' and ')}: ${line}`), calls: faults.calls() };
}

describe.each(['loop', 'event'] as const)('the engine, killed in mode %s', (mode) => {
  it('comes to the same end wherever its process dies', async () => {
    const scenario = scenarioOf(mode, everyEnd, { gapMs: 20, robots: 'obey' }, 2);
    const { calls, violations } = await violationsOf(scenario, []);
    for (let point = 0; point < 2 * calls; point += 1) {
      violations.push(...(await violationsOf(scenario, [point])).violations);
    }
    expect(calls).toBeGreaterThan(50);
    expect(violations).toEqual([]);
  });

  it('comes to the same end wherever it dies twice', async ({ task }) => {
    // The lock on robots.txt outlives its holder by minutes, which all would wait for.
    const scenario = scenarioOf(mode, twoPages, { gapMs: 20, robots: 'ignore' }, 1);
    const { calls, violations } = await violationsOf(scenario, []);
    const choices = makeChoices(1);
    let [all, played] = [0, 0];
    for (let first = 0; first < 2 * calls; first += 1) {
      const once = await violationsOf(scenario, [first]);
      const last = Math.min(2 * once.calls, first + maxBetween);
      for (let second = first + 1; second < last; second += 1) {
        all += 1;
        if (!isWhole && !choices.chance(sampled)) continue;
        played += 1;
        violations.push(...(await violationsOf(scenario, [first, second])).violations);
      }
    }
    if (!isWhole) noteSample(task, 'pairs of deaths', all, played);
    expect(violations).toEqual([]);
  });
});

/** The second death is among so many points after the first, which a whole batch passes in half as many. */
const maxBetween = 80;
const sampled = 0.1;
