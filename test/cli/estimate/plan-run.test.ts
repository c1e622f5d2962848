import { describe, expect, it } from 'vitest';
import { noneListed } from '../../../cli/estimate/count-listed.ts';
import { planCounted } from '../../../cli/estimate/estimate-counted.ts';
import { estimateRun } from '../../../cli/estimate/model/estimate.ts';
import { type PlanFacts, planRun, workerCapacity } from '../../../cli/estimate/plan-run.ts';
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

/** Of a list of two hosts, 60 and 20 pages, and of a file that names 20 of the first. */
function factsOf(changes: Partial<PlanFacts> = {}, measured: Partial<PlanFacts['measured']> = {}): PlanFacts {
  return {
    job: makeJob({ sources: [{ crawl: { start: 'http://a.test/' } }], politeness: { robots: 'ignore' } }),
    settings: settingsSchema.parse({}).aws,
    measured: {
      ...{ pages: 5, failed: 0, fetched: 5, failures: new Map(), bytesPerPage: 1_000, itemsPerPage: 1 },
      perPage,
      listed: listedOf({ a: 60, b: 20 }, 8),
      found: noneListed(),
      sitemaps: { read: 0, indexes: 0, known: 0 },
      named: [],
      ...measured,
    },
    files: noneListed(),
    expected: { pages: 200, known: 'listed', how: '', named: 200 },
    gapOf: () => 0,
    paceOf: (host) => host,
    ...changes,
  };
}

function listedOf(hosts: Record<string, number>, batches: number, sources = 1) {
  return { hosts: new Map(Object.entries(hosts)), batches, sources };
}

const jobOf = (more: object) => makeJob({ sources: [{ crawl: { start: 'http://a.test/' } }], ...more });
const crawledPage = { ...perPage, newUrlsPerPage: 2, pagesPerHost: 5 };

describe('the plan of a run', () => {
  it('spreads its pages over the hosts as the URLs known so far are', () => {
    const pagesOf = (facts: PlanFacts) => planRun(facts).hosts.map(({ pages }) => pages);
    expect(pagesOf(factsOf())).toEqual([150, 50]);
    const found = listedOf({ c: 80 }, 1);
    expect(pagesOf(factsOf({ files: listedOf({ a: 20 }, 1) }, { found }))).toEqual([
      (200 * 80) / 180,
      (200 * 20) / 180,
      (200 * 80) / 180,
    ]);
    const job = jobOf({ limits: { maxPagesPerHost: 20 } });
    expect(pagesOf(factsOf({ job }))).toEqual([100, 100]);
    // There are no more hosts than pages.
    expect(pagesOf(factsOf({ expected: { pages: 1, known: 'given', how: '', named: 80 } }))).toEqual([1]);
  });

  it('has the turns of hosts that share a pace further apart, with their slack', () => {
    const turns = (facts: Partial<PlanFacts>) =>
      planRun(factsOf({ gapOf: () => 1_000, ...facts })).hosts.map(({ turnMs }) => turnMs);
    const [turnMs = 0] = turns({});
    expect(turnMs).toBeGreaterThan(1_000);
    expect(turns({})).toEqual([turnMs, turnMs]);
    expect(turns({ paceOf: () => 'all' })).toEqual([(turnMs * 80) / 60, (turnMs * 80) / 20]);
    expect(turns({ gapOf: () => 0 })).toEqual([0, 0]);
  });

  it('has batches as they are found, by where their pages come from', () => {
    const size = (facts: PlanFacts) => planRun(facts).pagesPerBatch;
    // 80 pages in 8 batches.
    expect(size(factsOf())).toBe(10);
    expect(size(factsOf({ files: listedOf({ a: 20 }, 12) }))).toBe(100 / 20);
    // 80 of 200 pages are named, ten a batch; the others were found four a batch.
    const found = listedOf({ c: 40 }, 10);
    expect(size(factsOf({}, { found }))).toBe(200 / (8 + 120 / 4));
    // Sitemaps that were not read name twice as many.
    const sitemaps = { read: 1, indexes: 0, known: 2 };
    expect(size(factsOf({}, { found, sitemaps }))).toBe(200 / (16 + 40 / 4));
    expect(size(factsOf({}, { listed: noneListed() }))).toBe(1);
  });

  it.each<[string, PlanFacts, object]>([
    ['a list', factsOf(), { isCrawl: false, urlsPerPage: 1, sourceBatches: 1, obeysRobots: false }],
    [
      'files and sitemaps',
      factsOf({ files: listedOf({ a: 20 }, 1, 3) }, { sitemaps: { read: 2, indexes: 0, known: 4 } }),
      { sourceBatches: 1 + 4 + 3 },
    ],
    [
      'more URLs than pages',
      factsOf({ expected: { pages: 200, known: 'given', how: '', named: 500 } }),
      { urlsPerPage: 2.5 },
    ],
    ['robots.txt', factsOf({ job: jobOf({}) }), { obeysRobots: true, watchesCounts: false }],
    ['a crawl whose end is known', factsOf({}, { perPage: crawledPage }), { isCrawl: true, urlsPerPage: 1 }],
    ['a limit of items', factsOf({ job: jobOf({ limits: { maxItems: 5 } }) }), { watchesCounts: true }],
    ['one of bytes', factsOf({ job: jobOf({ limits: { maxBytes: 5e6 } }) }), { watchesCounts: true }],
    ['a budget', factsOf({ job: jobOf({ limits: { budgetUsd: 5 } }) }), { watchesCounts: true }],
    ['kept pages', factsOf({}, { keptBytesPerPage: 70 }), { keptBytesPerPage: 70 }],
    ['files of items', factsOf({}, { filesPerPage: 0.101 }), { files: 21 }],
    [
      'files of items, up to the limit',
      factsOf({ job: jobOf({ limits: { maxFiles: 5 } }) }, { filesPerPage: 1 }),
      { files: 5 },
    ],
    [
      'a first run of a job that recrawls',
      factsOf({}, { recrawl: { unitsPerPage: 1.5, validatedShare: 1 } }),
      { recrawl: { unitsPerPage: 1.5, newShare: 1, changedShare: 0 } },
    ],
  ])('of %s has what it costs', (_, facts, expected) => {
    expect(planRun(facts)).toMatchObject(expected);
  });

  it('of a list has nothing that a list has none of', () => {
    const plan = planRun(factsOf());
    for (const name of ['pacesGroups', 'limitsHosts', 'sessions', 'keptBytesPerPage', 'files', 'recrawl'])
      expect(plan).not.toHaveProperty(name);
    expect(plan.sample).toBe(perPage);
  });

  it('takes a crawl that a limit ends to look up what it may not fetch', () => {
    const of = { ...crawledPage, newUrlsPerPage: 20 };
    const expected = { pages: 200, known: 'limit', how: '', named: 80 } as const;
    const { urlsPerPage } = planRun(factsOf({ expected }, { perPage: of }));
    expect(urlsPerPage).toBeCloseTo((20 * 5 * (30 ** 0.6 + 10 ** 0.6)) / 200, 9);
  });

  it('has the capacity that the settings deploy', () => {
    const settings = { ...settingsSchema.parse({}).aws, workerMemoryMb: 700, maxConcurrency: 7 };
    const capacity = workerCapacity(jobOf({ fetch: { concurrencyPerHost: 3 } }), settings);
    expect(capacity).toMatchObject({ memoryMb: 700, maxConcurrency: 7, concurrencyPerHost: 3 });
    expect(capacity.horizonMs).toBeGreaterThan(0);
  });
});

describe('the plan of a run whose sources were counted', () => {
  const { aws } = settingsSchema.parse({});
  const hosts = [
    { pages: 300, gapMs: 0 },
    { pages: 0, gapMs: 0 },
    { pages: 100, gapMs: 1_000 },
  ] as Parameters<typeof planCounted>[2]['hosts'];
  const counted = { hosts, pagesPerBatch: 7, sample: perPage };

  it('is a list of one source, of the hosts that have pages', () => {
    const plan = planCounted(aws, jobOf({}), counted);
    expect(plan).toMatchObject({
      pagesPerBatch: 7,
      isCrawl: false,
      urlsPerPage: 1,
      sourceBatches: 1,
      obeysRobots: true,
      watchesCounts: false,
      sample: perPage,
      worker: workerCapacity(jobOf({}), aws),
    });
    const [fast, slow, ...others] = plan.hosts;
    expect([fast, others]).toEqual([{ ...fast, pages: 300, turnMs: 0 }, []]);
    expect(slow?.pages).toBe(100);
    expect(slow?.turnMs).toBeGreaterThan(1_000);
    expect(slow?.largestBatch).toBeLessThan(fast?.largestBatch ?? 0);
  });

  it('obeys what the job says of robots.txt, and counts what a budget needs', () => {
    const job = jobOf({ politeness: { robots: 'ignore' }, limits: { budgetUsd: 1 } });
    expect(planCounted(aws, job, counted)).toMatchObject({ obeysRobots: false, watchesCounts: true });
  });
});
