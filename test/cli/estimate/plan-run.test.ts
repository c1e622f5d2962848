import { describe, expect, it } from 'vitest';
import { noneListed } from '../../../cli/estimate/count-listed.ts';
import { estimateRun } from '../../../cli/estimate/model/estimate.ts';
import { planRun } from '../../../cli/estimate/plan-run.ts';
import { settingsSchema } from '../../../shared/job/settings-schema.ts';
import { makeJob } from '../../engine/world.ts';

const pages = 10_000;
const hosts = new Map(Array.from({ length: 100 }, (_, index) => [`h${index}.shop.test`, 100]));
const perPage = {
  pagesPerHost: 100,
  fetchesPerPage: 1,
  fetchMs: 100,
  linksPerPage: 0,
  newUrlsPerPage: 0,
  outcomeBytesPerPage: 200,
  itemBytesPerPage: 100,
  requestBytes: 150,
};

function planBy(paceBy: string, paceOf: (host: string) => string, limits: object = {}) {
  const politeness = { gapMs: 1_000, paceBy };
  return planRun({
    job: makeJob({ sources: [{ crawl: { start: 'http://a.test/' } }], politeness, limits }),
    settings: settingsSchema.parse({}).aws,
    measured: {
      ...{
        pages,
        failed: 0,
        fetched: pages,
        failures: new Map(),
        bytesPerPage: 1_000,
        itemsPerPage: 1,
        perPage,
      },
      listed: { hosts, batches: 200, sources: 0 },
      found: noneListed(),
      sitemaps: { read: 0, indexes: 0, known: 0 },
      named: [],
    },
    files: noneListed(),
    expected: { pages, known: 'whole', how: '', named: pages },
    gapOf: () => 1_000,
    paceOf,
  });
}

describe('planRun', () => {
  it('has a hundred hosts of one domain wait for one another, and counts their turns on both clocks', () => {
    const byHost = estimateRun(planBy('host', (host) => host));
    const byDomain = estimateRun(planBy('domain', () => '*.shop.test'));
    expect(byHost.durationMs).toBeLessThan(1_000_000);
    expect(byDomain.durationMs).toBeGreaterThanOrEqual(pages * 1_000);
    const [of, more] = [byHost, byDomain].map(({ usage }) => usage.writeUnits ?? 0);
    expect((more ?? 0) - (of ?? 0)).toBeGreaterThanOrEqual(pages);
  });

  it('counts the quota of each host where pages are limited by it', () => {
    const host = (name: string) => name;
    const [free, limited] = [{}, { maxPagesPerHost: 1_000 }].map((limits) => planBy('host', host, limits));
    const [before, after] = [free, limited].map((plan) => plan && estimateRun(plan).usage.writeUnits);
    // One source names pages of a hundred hosts: its grants, and two units for each of them.
    expect((after ?? 0) - (before ?? 0)).toBe(2 + 100 * 2);
  });
});
