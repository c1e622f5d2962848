import { describe, expect, it } from 'vitest';
import { expectedUsage } from '../../../cli/estimate/model/expected-usage.ts';
import type { ExpectedWork } from '../../../cli/estimate/model/expected-work.ts';
import type { RunPlan } from '../../../cli/estimate/model/run-plan.ts';
import { urlLogUnits } from '../../../cli/estimate/model/url-log-units.ts';
import type { UsageName } from '../../../shared/cost/cost.ts';

const work: ExpectedWork = {
  batches: 40,
  pacedBatches: 30,
  deferrals: 5,
  events: 6,
  workerMs: 20_000,
  instances: 2,
  durationMs: 4_000,
};
const sample = {
  pagesPerHost: 20,
  fetchesPerPage: 1,
  fetchMs: 180,
  linksPerPage: 0,
  newUrlsPerPage: 0,
  outcomeBytesPerPage: 200,
  itemBytesPerPage: 100,
  requestBytes: 150,
};
const host = { pages: 500, turnMs: 0, largestBatch: 25 };
/** Of two hosts of 500 pages each, in batches of 25. */
const plan: RunPlan = {
  hosts: [host, host],
  pagesPerBatch: 25,
  isCrawl: false,
  urlsPerPage: 1,
  sourceBatches: 3,
  obeysRobots: false,
  watchesCounts: false,
  sample,
  worker: { memoryMb: 512, maxConcurrency: 10, concurrencyPerHost: 8, horizonMs: 15_000, maxWaitMs: 15_000 },
};

/** How much more is used of it than without these changes. */
function moreOf(name: UsageName, changes: Partial<RunPlan>, workChanges: Partial<ExpectedWork> = {}): number {
  const of = (changed: RunPlan, done: ExpectedWork) => expectedUsage(changed, done)[name] ?? 0;
  return of({ ...plan, ...changes }, { ...work, ...workChanges }) - of(plan, work);
}

describe('urlLogUnits', () => {
  it.each([
    // One write of 800 bytes of marks, two entries of 24 bytes and a head of 130: one unit; half a unit read eventually.
    [
      { urls: 100, perTime: 100, others: 1 },
      { writes: 1, reads: 0.5 },
    ],
    // Four times 25 marks: 224 bytes; as all four fit the head of 1 KB less 130 bytes but for one, 3 fit it, a third of a move.
    [
      { urls: 100, perTime: 25, others: 1 },
      { writes: 4 + (1 / 3) * (2.25 + (3 * 224) / 3_600), reads: 4 },
    ],
    // 3 times: they fit the head.
    [
      { urls: 75, perTime: 25, others: 1 },
      { writes: 3, reads: 1.5 },
    ],
    // A head of 130 and 8 * 500 + 8 * 24 bytes: 5 units a time.
    [
      { urls: 1_000, perTime: 500, others: 1 },
      { writes: 2 * 5 + 2.25 + 4_192 / 3_600, reads: 2 },
    ],
    // Fewer than one at a time, as of a crawl whose pages lead to few: at least one write.
    [
      { urls: 10, perTime: 0.5, others: 1 },
      { writes: 10, reads: 5 },
    ],
  ])('of %j are %j', ({ urls, perTime, others }, expected) => {
    const { writes, reads } = urlLogUnits(urls, perTime, others);
    expect(writes).toBeCloseTo(expected.writes, 6);
    expect(reads).toBeCloseTo(expected.reads, 6);
  });

  it.each([
    // A quarter of what a process remembers, shared by the others, of 1,048,576; but 32,768 in any case.
    [4, 65_536],
    [8, 32_768],
    [100, 32_768],
    // Beside none, nearly all of it.
    [0, 0.95 * 1_048_576],
  ])('beside %i other hosts, count each URL beyond %i by itself', (others, log) => {
    const [at, beyond] = [0, 10].map((more) => urlLogUnits(log + more, 100, others));
    expect((beyond?.writes ?? 0) - (at?.writes ?? 0)).toBeCloseTo(10, 6);
    expect((beyond?.reads ?? 0) - (at?.reads ?? 0)).toBeCloseTo(5, 6);
  });
});

describe('expectedUsage', () => {
  it('of a list adds up what each of its calls is billed', () => {
    const log = urlLogUnits(500, 500, 1);
    const leases = 40 * 1;
    const turns = 30 * 1;
    const commits = 40 * 4;
    // Lease, commit of a parent, the pages reserved, and the note that its children were sent.
    const sources = 3 * (1 + 6 + 4 + 1);
    const waiting = 5 * 2.6;
    const ofRun = 20;
    // A host's record for each batch and message, a counter for each batch, the run's state for each event and second.
    const reads = (40 + 5) * 1 + 40 * 1 + (6 + 20) * 1 + 150;
    // Ten messages a call, of 25 * 150 bytes each, fit a chunk of 64 KiB; six events and one, of three requests each.
    const messages = 40 / 10 + 5 + (6 + 1) * 3;
    const outcomes = 40 + 3;
    expect(expectedUsage(plan, work)).toEqual({
      writeUnits: Math.ceil(leases + turns + commits + sources + waiting + ofRun + 2 * log.writes),
      readUnits: Math.ceil(reads + 2 * log.reads),
      sqsRequests: messages,
      // Beside the outcomes a list of up to 1,000 of them, a part of the export, and its manifest.
      s3Puts: outcomes + 1 + 1 + 1,
      s3Gets: outcomes + 1,
      s3Bytes: 1_000 * (200 + 100),
      lambdaMbMs: 512 * 20_000 + 1_769 * (1_500 + 2 * outcomes),
      // Those of the workers, of start and of finish.
      lambdaRequests: 6 + 2,
      logBytes: 2_500 * (6 + 2),
      kmsRequests: 0,
    });
  });

  it.each<[string, UsageName, number, Partial<RunPlan>, Partial<ExpectedWork>?]>([
    // Lock and its release, the text, the host's record, a turn; four reads.
    ['robots.txt of each host', 'writeUnits', 2 * 5, { obeysRobots: true }],
    ['robots.txt of each host', 'readUnits', 2 * 4, { obeysRobots: true }],
    ['a second turn of each page', 'writeUnits', 1_000 * 1, { pacesGroups: true }],
    ['the quota of each host, by source', 'writeUnits', 3 * (2 + 2 * 2), { limitsHosts: true }],
    ['its sessions', 'writeUnits', 40 * 2 + 3 * 4 + 2 * 7, { sessions: { opened: 3, logins: 2 } }],
    ['its sessions', 'readUnits', 40 * 2, { sessions: { opened: 3, logins: 2 } }],
    ['the key of its sessions in each worker', 'kmsRequests', 2, { sessions: { opened: 1, logins: 0 } }],
    ['item keys', 'writeUnits', 2 * 1_000, { sample: { ...sample, keyedItemsPerPage: 2 } }],
    ['item keys', 'readUnits', 2 * 2_500, { sample: { ...sample, keyedItemsPerPage: 2 } }],
    // All 32 shards of the counts, each 2 s in each of the workers, and once an event at most.
    ['counts that limits need', 'readUnits', (32 * 2 * 4_000) / 2_000, { watchesCounts: true }],
    [
      'counts that limits need, once an event at most',
      'readUnits',
      32 * 6 - 0.001,
      { watchesCounts: true },
      { durationMs: 1e9 },
    ],
    ['new pages that are known', 'writeUnits', 1_000 * 0.5 * (2 + 1), recrawl(0.5, 0)],
    ['changed pages that are known', 'writeUnits', 1_000 * 0.5 * 2, recrawl(0, 0.5)],
    ['what is known of pages', 'readUnits', 1_000 * 1, recrawl(0, 0)],
    ['files', 's3Puts', 70, { files: 70 }],
    ['files', 's3Gets', 70, { files: 70 }],
    ['kept pages, an object a batch', 's3Puts', 40, { keptBytesPerPage: 2_000 }],
    ['kept pages', 's3Bytes', 1_000 * 2_000, { keptBytesPerPage: 2_000 }],
    // 25 pages a batch: of 5 MiB together an object is begun, sent in one part and completed; of one byte more, in two.
    ['kept pages in parts', 's3Puts', 40 * 3, { keptBytesPerPage: (5 * 1_024 * 1_024) / 25 }],
    ['kept pages in two parts', 's3Puts', 40 * 4, { keptBytesPerPage: (5 * 1_024 * 1_024 + 25) / 25 }],
    ['no kept pages where there is no batch', 's3Puts', -40, { keptBytesPerPage: 2_000 }, { batches: 0 }],
    ['large exports', 's3Puts', 1, { sample: { ...sample, itemBytesPerPage: 5_300 } }],
    ['long lists of outcomes', 's3Puts', 1_000 + 1, { sourceBatches: 1_003 }],
    // 25 pages of 262.144 bytes ten times over are 64 KiB: a chunk each. Twice that takes two.
    ['large messages', 'sqsRequests', 4, { sample: { ...sample, requestBytes: 2 * 262.144 } }],
    ['small messages no less', 'sqsRequests', 0, { sample: { ...sample, requestBytes: 1 } }],
    // A crawl sends them one by one.
    ['the messages of a crawl', 'sqsRequests', 40 - 40 / 10, { isCrawl: true }],
    // 40 + 5 + 33 deliveries are 8 times ten, instead of the six events.
    ['many messages an event', 'sqsRequests', 3 * 2, { sourceBatches: 35 }],
  ])('charges for %s, %s: %d', (_, name, more, changes, workChanges) => {
    expect(Math.abs(moreOf(name, changes, workChanges) - more)).toBeLessThan(1);
  });

  it('charges a crawl for children: three batches of five are parents', () => {
    const parents = 24;
    const perPage = (6 + 4 + 1 - 4) * parents;
    const log = 2 * (urlLogUnits(500, 25, 1).writes - urlLogUnits(500, 500, 1).writes);
    expect(Math.abs(moreOf('writeUnits', { isCrawl: true }) - perPage - log)).toBeLessThan(1);
    // A crawl does not read the counter of its list.
    const logReads = 2 * (urlLogUnits(500, 25, 1).reads - urlLogUnits(500, 500, 1).reads);
    expect(Math.abs(moreOf('readUnits', { isCrawl: true }) + 40 - logReads)).toBeLessThan(1);
    const limited = moreOf('writeUnits', { isCrawl: true, limitsHosts: true });
    const quotas = parents * (2 + 2) + 3 * (2 + 2 * 2);
    expect(limited - moreOf('writeUnits', { isCrawl: true })).toBe(quotas);
  });

  it('takes a source to name a thousand URLs of a host at a time', () => {
    const large = { ...host, pages: 2_500 };
    const log = urlLogUnits(2_500 * 2, 1_000, 1).writes - urlLogUnits(500, 500, 1).writes;
    const more = moreOf('writeUnits', { hosts: [large, large], urlsPerPage: 2 });
    expect(Math.abs(more - 2 * log)).toBeLessThan(1);
  });

  it('takes each batch of a crawl to name its share of the URLs, those that the limit refuses included', () => {
    const changes = { isCrawl: true, urlsPerPage: 2 };
    const log = urlLogUnits(1_000, 50, 1).writes - urlLogUnits(500, 25, 1).writes;
    const more = moreOf('writeUnits', changes) - moreOf('writeUnits', { isCrawl: true });
    expect(Math.abs(more - 2 * log)).toBeLessThan(1.1);
  });

  it('takes the logs of the other hosts to fill what a process remembers', () => {
    const hosts = Array.from({ length: 5 }, () => ({ ...host, pages: 70_000 }));
    const log = urlLogUnits(70_000, 1_000, 4).writes;
    const one = urlLogUnits(500, 500, 1).writes;
    expect(Math.abs(moreOf('writeUnits', { hosts }) - (5 * log - 2 * one))).toBeLessThan(1.1);
  });

  it('rounds up what is billed by the unit', () => {
    expect(expectedUsage(plan, { ...work, events: 6.2 }).lambdaRequests).toBe(9);
  });
});

function recrawl(newShare: number, changedShare: number): Partial<RunPlan> {
  return { recrawl: { unitsPerPage: 2, newShare, changedShare } };
}
