import { describe, expect, it } from 'vitest';
import { workDeliveries } from '../../shared/deployment/function-limits.ts';
import { engineLimits } from '../../shared/engine/limits-in-function.ts';
import { jobSchema } from '../../shared/job/schema.ts';
import { settingsSchema } from '../../shared/job/settings-schema.ts';
import { heldBackSeconds } from '../aws/rules/batching-window.ts';
import { makeChoices } from './choices.ts';
import type { Scenario } from './scenario.ts';
import { simulateScenario } from './simulate.ts';
import type { Site, SitePage } from './site.ts';

/** AWS holds back what comes alone, however short the batching window. */
const lowTrafficMs = 1_000 * heldBackSeconds({ MaximumBatchingWindowInSeconds: 2 }, 1);

const urlOf = (page: number) => `http://h0.test/p${page}`;

/** A chain of pages, of which the last but one is at fault; a page that links to it leads to all the others. */
function siteWith(kind: SitePage['kind'], pageCount: number): Site {
  const all = Array.from({ length: pageCount }, (_, page) => page);
  const pageOf = (page: number): SitePage => ({
    ...{ url: urlOf(page), host: 'h0.test', items: 1, isIncomplete: false, failures: 0 },
    links: page === 0 ? all.map(urlOf) : [],
    kind: page === Math.floor(pageCount / 2) ? kind : 'page',
    failsWith: { status: 500 },
  });
  return {
    hosts: new Map([['h0.test', { name: 'h0.test', robotsFailures: 0 }]]),
    pages: new Map(all.map((page) => [urlOf(page), pageOf(page)])),
    starts: [urlOf(0)],
  };
}

/** A stack of default settings, but for the size of a batch. */
function deployed(site: Site, batchSize: number): Scenario {
  const settings = settingsSchema.parse({}).aws;
  const calm = {
    death: 0,
    pause: 0,
    slow: 0,
    throttle: 0,
    lostAnswer: 0,
    duplicate: 0,
    delay: 0,
    refused: 0,
  };
  const job = jobSchema.parse({
    name: 'poisoned',
    sources: [{ crawl: { start: site.starts } }],
    pages: { page: {} },
    politeness: { gapMs: 0, slowDown: false, robots: 'ignore' },
  });
  return {
    mode: 'event',
    site,
    runs: [{ id: 'r', job, starts: site.starts, commands: [], startsAfterMs: 0 }],
    processes: 10,
    concurrency: 10,
    limits: engineLimits({ ...settings, batchSize }),
    visibilityMs: settings.visibilityMs,
    timeoutMs: settings.workerTimeoutMs,
    maxReceives: workDeliveries,
    commitTells: 'sparing',
    skewMs: 0,
    faults: { ...calm, most: 0 },
    latencyMs: 10,
  };
}

describe('a page that kills its process, on AWS', () => {
  it.each([
    ['deadly', 50, 0],
    ['deadly', 50, lowTrafficMs],
    ['endless', 50, 0],
    ['endless', 50, lowTrafficMs],
    ['deadly', 1, lowTrafficMs],
    ['endless', 1, lowTrafficMs],
  ] as const)(
    'that is %s is given up within ten minutes, in batches of %i, held back for %i ms, and it alone',
    async (kind, batchSize, heldBackMs) => {
      const pages = 60;
      const scenario = { ...deployed(siteWith(kind, pages), batchSize), heldBackMs };
      const { violations, counts, tookMs } = await simulateScenario(scenario, makeChoices(1));
      expect(violations).toEqual([]);
      expect(counts['r']).toMatchObject({ stored: pages - 1, 'failed:BATCH_CRASHED': 1 });
      // Until the page is first asked for, and after the run has ended.
      const besidesMs = 2 * heldBackMs + 25_000;
      expect(tookMs).toBeLessThan(600_000 + besidesMs);
    },
  );
});
