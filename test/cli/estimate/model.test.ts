import { describe, expect, it } from 'vitest';
import { coreMsPerPage } from '../../../cli/estimate/model/browser-use.ts';
import { estimateRun } from '../../../cli/estimate/model/estimate.ts';
import { expectedWork } from '../../../cli/estimate/model/expected-work.ts';
import type { HostLoad, RunPlan } from '../../../cli/estimate/model/run-plan.ts';
import { urlLogUnits } from '../../../cli/estimate/model/url-log-units.ts';
import { plannedSessions } from '../../../cli/estimate/planned-sessions.ts';
import { costOf } from '../../../shared/cost/cost.ts';
import type { Job } from '../../../shared/job/schema.ts';
import type { PageSample } from '../../../shared/sources/page-sample.ts';

const worker = {
  memoryMb: 512,
  maxConcurrency: 100,
  concurrencyPerHost: 8,
  horizonMs: 15_000,
  maxWaitMs: 15_000,
};
const sample: PageSample = {
  pagesPerHost: 20,
  fetchesPerPage: 1,
  fetchMs: 180,
  linksPerPage: 23,
  newUrlsPerPage: 8,
  outcomeBytesPerPage: 239,
  itemBytesPerPage: 0,
  requestBytes: 150,
};
/** Second-long gaps, with their tolerance. */
const slowHost = { turnMs: 1_100, largestBatch: 25 };
const fastHost = { turnMs: 0, largestBatch: 25 };

function hosts(count: number, pages: number, pace: Omit<HostLoad, 'pages'>): HostLoad[] {
  return Array.from({ length: count }, () => ({ ...pace, pages }));
}

function planOf(changes: Partial<RunPlan>): RunPlan {
  return {
    hosts: hosts(1, 1_000, slowHost),
    pagesPerBatch: 25,
    isCrawl: true,
    urlsPerPage: 1,
    sourceBatches: 1,
    obeysRobots: true,
    watchesCounts: false,
    sample,
    worker,
    ...changes,
  };
}

function list(changes: Partial<RunPlan> = {}): RunPlan {
  const named = { ...sample, linksPerPage: 0, newUrlsPerPage: 0 };
  return planOf({ isCrawl: false, sample: named, hosts: hosts(1, 10_000, fastHost), ...changes });
}

const slowestHost = { turnMs: 10_100, largestBatch: 2 };
const freeHost = { turnMs: 0, largestBatch: 50 };

/** What `npm run bench -- simulate --batch-size 50 --instances 100` counted on 2026-11-28: a page, and minutes. */
const simulated: [
  string,
  HostLoad[],
  number,
  Record<'writeUnits' | 'readUnits' | 'lambdaMs' | 'usd' | 'minutes', number>,
][] = [
  [
    '1,000 hosts of 1,000 pages, a gap of 1 s',
    hosts(1_000, 1_000, slowHost),
    22.9,
    { writeUnits: 0.661, readUnits: 0.312, lambdaMs: 75.8, usd: 1.28e-6, minutes: 21.5 },
  ],
  [
    '10 hosts of 10,000 pages, a gap of 1 s',
    hosts(10, 10_000, slowHost),
    13.9,
    { writeUnits: 0.974, readUnits: 0.5, lambdaMs: 129, usd: 2.03e-6, minutes: 183 },
  ],
  [
    'one host of 10,000 pages, a gap of 1 s',
    hosts(1, 10_000, slowHost),
    13.9,
    { writeUnits: 0.968, readUnits: 2.4, lambdaMs: 1_240, usd: 9.99e-6, minutes: 183 },
  ],
  [
    '10 hosts of 2,000 pages, a gap of 10 s',
    hosts(10, 2_000, slowestHost),
    1.97,
    { writeUnits: 14.5, readUnits: 7.5, lambdaMs: 876, usd: 22.7e-6, minutes: 337 },
  ],
  [
    '1,000 hosts of 200 pages, a gap of 10 s',
    hosts(1_000, 200, slowestHost),
    1.98,
    { writeUnits: 8.45, readUnits: 2.6, lambdaMs: 265, usd: 11.1e-6, minutes: 33.9 },
  ],
  [
    '1,000 hosts of 1,000 pages without a gap',
    hosts(1_000, 1_000, freeHost),
    43.5,
    { writeUnits: 0.223, readUnits: 0.0967, lambdaMs: 3.6, usd: 0.309e-6, minutes: 0.825 },
  ],
];

describe('estimateRun', () => {
  it.each(simulated)(
    'is near what the simulated fleet used, cost and time within a fifth: %s',
    (_, load, pagesPerBatch, counted) => {
      const plan = planOf({ hosts: load, pagesPerBatch });
      const { usage, cost, pages, durationMs } = estimateRun(plan);
      const estimated = {
        writeUnits: (usage.writeUnits ?? 0) / pages,
        readUnits: (usage.readUnits ?? 0) / pages,
        lambdaMs: (usage.lambdaMbMs ?? 0) / worker.memoryMb / pages,
        usd: cost.totalUsd / pages,
        minutes: durationMs / 60_000,
      };
      for (const [name, value] of Object.entries(counted)) {
        const ratio = estimated[name as keyof typeof estimated] / value;
        const most = name === 'usd' || name === 'minutes' ? 1.2 : 2;
        expect(Math.max(ratio, 1 / ratio), `${name}: ${ratio}`).toBeLessThan(most);
      }
    },
  );

  it('lets the host with the longest turns decide how long it takes', () => {
    const slowest = { pages: 2_000, ...slowHost };
    const { durationMs } = estimateRun(planOf({ hosts: [...hosts(50, 100, slowHost), slowest] }));
    expect(durationMs).toBeGreaterThanOrEqual(2_000 * 1_100);
    expect(durationMs).toBeLessThan(2_000 * 1_100 * 1.05);
  });

  it('bounds what goes on at once by maxConcurrency', () => {
    const many = { hosts: hosts(500, 200, fastHost) };
    const wide = estimateRun(list({ ...many, worker: { ...worker, maxConcurrency: 100 } }));
    const narrow = estimateRun(list({ ...many, worker: { ...worker, maxConcurrency: 2 } }));
    expect(narrow.durationMs).toBeGreaterThan(5 * wide.durationMs);
  });

  it('bills computing by the share of a core where it takes longer than waiting', () => {
    const lambdaMsAt = (memoryMb: number, coreMsPerPage: number) => {
      const hosts = [{ pages: 10_000, ...fastHost }];
      const plan = list({ hosts, worker: { ...worker, memoryMb, maxConcurrency: 2, coreMsPerPage } });
      return expectedWork(plan).workerMs;
    };
    expect(lambdaMsAt(1_769, 2)).toBe(lambdaMsAt(1_769, 1));
    expect(lambdaMsAt(1_769, 100) - lambdaMsAt(1_769, 50)).toBeCloseTo(50 * 10_000);
    expect(lambdaMsAt(1_769 / 4, 100) - lambdaMsAt(1_769 / 4, 50)).toBeCloseTo(4 * 50 * 10_000);
  });

  it('takes a third of a write unit a page of a list without a gap', () => {
    const { usage, pages } = estimateRun(list());
    expect((usage.writeUnits ?? 0) / pages).toBeGreaterThan(0.2);
    expect((usage.writeUnits ?? 0) / pages).toBeLessThan(0.35);
  });

  it('charges a crawl for the children of its batches, which a list has none of', () => {
    const same = { hosts: hosts(1, 10_000, fastHost), obeysRobots: false };
    const [crawl, named] = [planOf(same), list(same)].map((plan) => estimateRun(plan).usage.writeUnits ?? 0);
    // Per batch with children: the budget's transaction, a third item in the commit, and the note that they were sent.
    const perBatch = 0.6 * (4 + 2 + 1);
    const logged = urlLogUnits(10_000, 25, 0).writes - urlLogUnits(10_000, 1_000, 0).writes;
    expect(crawl).toBeCloseTo((named ?? 0) + 400 * perBatch + logged, -1);
  });

  it.each([
    [100, 99, 0.05],
    [1_000, 99, 0.08],
    [20_000, 99, 0.09],
    [1_000_000, 99, 0.97],
    [1_000_000, 0, 0.09],
  ])(
    'takes the units for the log of a host of %i URLs, beside %i others, that its writes have',
    (urls, others, perUrl) => {
      expect(urlLogUnits(urls, 25, others).writes / urls).toBeGreaterThan(0.7 * perUrl);
      expect(urlLogUnits(urls, 25, others).writes / urls).toBeLessThan(1.3 * perUrl);
    },
  );

  it('charges a second run for pages that have changed alone, and for reading what is known of all', () => {
    const usageIf = (newShare: number, changedShare: number) =>
      estimateRun(list({ recrawl: { unitsPerPage: 2, newShare, changedShare } })).usage;
    const plain = estimateRun(list());
    expect(usageIf(0, 0).writeUnits).toBe(plain.usage.writeUnits);
    expect((usageIf(0, 1).writeUnits ?? 0) - (plain.usage.writeUnits ?? 0)).toBe(2 * plain.pages);
    expect((usageIf(1, 0).writeUnits ?? 0) - (plain.usage.writeUnits ?? 0)).toBe(3 * plain.pages);
    expect((usageIf(0, 0).readUnits ?? 0) - (plain.usage.readUnits ?? 0)).toBe(plain.pages);
  });

  it('costs the same per page when there are twice as many, as long as none waits', () => {
    const few = estimateRun(list({ hosts: hosts(1, 15_000, fastHost) }));
    const many = estimateRun(list({ hosts: hosts(1, 30_000, fastHost) }));
    expect(many.per1000PagesUsd / few.per1000PagesUsd).toBeCloseTo(1, 1);
  });

  it('counts the messages that wait for one slow host, which grow faster than its pages', () => {
    const few = estimateRun(list({ hosts: hosts(1, 10_000, slowHost) }));
    const many = estimateRun(list({ hosts: hosts(1, 100_000, slowHost) }));
    expect(few.deferrals).toBeGreaterThan(few.batches);
    expect(many.deferrals).toBeGreaterThan(50 * few.deferrals);
    expect(estimateRun(list()).deferrals).toBe(0);
  });

  it.each<[string, Partial<RunPlan>, 'writeUnits' | 'readUnits' | 'lambdaMbMs' | 's3Puts']>([
    ['URLs that the limit leaves out', { urlsPerPage: 3 }, 'writeUnits'],
    ['limits that make workers read the counts', { watchesCounts: true }, 'readUnits'],
    ['pages fetched again', { sample: { ...sample, fetchesPerPage: 2 } }, 'lambdaMbMs'],
    ['smaller batches', { pagesPerBatch: 5 }, 's3Puts'],
    ['pages that are kept', { keptBytesPerPage: 2_000 }, 's3Puts'],
    ['files', { files: 1_000 }, 's3Puts'],
    [
      'what is known of new pages',
      { recrawl: { unitsPerPage: 1, newShare: 1, changedShare: 0 } },
      'writeUnits',
    ],
    ['memory', { worker: { ...worker, memoryMb: 1_024 } }, 'lambdaMbMs'],
  ])('charges for %s', (_, changes, name) => {
    const less = estimateRun(planOf({})).usage[name] ?? 0;
    expect(estimateRun(planOf(changes)).usage[name]).toBeGreaterThan(less);
  });

  it.each([
    // A gap of a second, and one more request each: the wait for both turns is billed, of one host alone.
    ['turns', { pages: 1_000, turnMs: 1_100, largestBatch: 25 }, (2_048 * 1_000 * 2 * 1_100) / 1e9],
    // Without a gap its core time, of more than one core.
    ['its core', { pages: 1_000, turnMs: 0, largestBatch: 50 }, (1_769 * 1_000 * coreMsPerPage) / 1e9],
  ])('charges pages in a browser for the longer of turns and core time: %s', (_, host, gbMs) => {
    const browser = { share: 0.5, sentShare: 0.5, turnsPerPage: 1, memoryMb: 2_048, maxConcurrency: 20 };
    const without = estimateRun(planOf({ hosts: [host] }));
    const { usage, cost, browser: ofBrowser, durationMs } = estimateRun(planOf({ hosts: [host], browser }));
    expect((usage.lambdaX86MbMs ?? 0) / 1e9).toBeCloseTo(gbMs / 2, 3);
    expect(without.usage.lambdaX86MbMs).toBeUndefined();
    const withoutIt = { ...usage, lambdaX86MbMs: 0 };
    expect(cost.totalUsd - costOf(withoutIt).totalUsd).toBeCloseTo(ofBrowser?.usd ?? 0, 9);
    expect(ofBrowser?.pages).toBe(500);
    expect(ofBrowser?.perMillionPagesUsd).toBeCloseTo(2_000 * (ofBrowser?.usd ?? 0), 6);
    expect(durationMs).toBeGreaterThanOrEqual(1_500 * host.turnMs);
  });

  it.each([
    ['with gaps', hosts(20, 100_000, slowHost)],
    ['without', hosts(20, 100_000, freeHost)],
  ])('bills the workers nothing for pages of functions with a browser: %s', (_, of) => {
    const browser = { share: 0.5, sentShare: 0.75, turnsPerPage: 1, memoryMb: 2_048, maxConcurrency: 20 };
    const plan = planOf({ hosts: of });
    const apart = { ...plan, browser };
    const [all, own] = [expectedWork(plan), expectedWork(apart)];
    expect(own.workerMs / all.workerMs).toBeGreaterThan(0.2);
    expect(own.workerMs / all.workerMs).toBeLessThan(0.35);
    // Each page makes as many messages, and events there are of fewer.
    expect([own.batches, own.deferrals]).toEqual([all.batches, all.deferrals]);
    expect(own.events).toBeGreaterThan(all.events);
    expect(estimateRun(apart).browser).toMatchObject({ pages: 1_000_000, sent: 1_500_000 });
  });

  it('bills functions with a browser for pages that they only fetch, too', () => {
    const browser = { share: 0, sentShare: 1, turnsPerPage: 0, memoryMb: 2_048, maxConcurrency: 20 };
    const { usage } = estimateRun(planOf({ browser }));
    expect(usage.lambdaX86MbMs).toBe(2_048 * 1_000 * 1_100);
  });

  it('is finite for a run of one page, and for one of none', () => {
    for (const plan of [list({ hosts: hosts(1, 1, fastHost) }), list({ hosts: [] })]) {
      const { usage, cost, durationMs, per1000PagesUsd } = estimateRun(plan);
      const numbers = [...Object.values(usage), cost.totalUsd, durationMs, per1000PagesUsd];
      expect(numbers.filter((value) => !Number.isFinite(value) || value < 0)).toEqual([]);
    }
  });
});

describe('sessions', () => {
  it('cost a write and reads for each batch, and their opening, of a job that has any', () => {
    const without = estimateRun(list());
    const { sessionWrites, batches, usage } = estimateRun(list({ sessions: { opened: 3, logins: 2 } }));
    expect(without.sessionWrites).toBe(0);
    expect(sessionWrites).toBe(batches);
    const more = (name: 'writeUnits' | 'readUnits') => (usage[name] ?? 0) - (without.usage[name] ?? 0);
    expect(more('writeUnits')).toBe(2 * batches + 3 * 4 + 2 * 7);
    expect(more('readUnits')).toBe(2 * batches);
  });

  it('are as many as the job says, of each host where they are per host', () => {
    const jobWith = (pool: object) => ({ sessions: { pool } }) as unknown as Job;
    expect(plannedSessions({} as Job, 5)).toEqual({});
    const logsIn = jobWith({ accounts: [{}, {}], per: 'run', login: {} });
    expect(plannedSessions(logsIn, 5)).toEqual({ sessions: { opened: 2, logins: 2 } });
    const perHost = jobWith({ count: 3, per: 'host' });
    expect(plannedSessions(perHost, 5)).toEqual({ sessions: { opened: 15, logins: 0 } });
  });
});

it('counts a write and the reads of each item with a key', () => {
  const plain = estimateRun(planOf({})).usage;
  const keyed = estimateRun(planOf({ sample: { ...sample, keyedItemsPerPage: 20 } })).usage;
  expect((keyed.writeUnits ?? 0) - (plain.writeUnits ?? 0)).toBe(20 * 1_000);
  expect((keyed.readUnits ?? 0) - (plain.readUnits ?? 0)).toBe(50 * 1_000);
});
