import { describe, expect, it } from 'vitest';
import { discoveredUrls, waitingShare } from '../../../cli/estimate/model/crawl-growth.ts';
import { expectedWork } from '../../../cli/estimate/model/expected-work.ts';
import type { HostLoad, RunPlan } from '../../../cli/estimate/model/run-plan.ts';

const sample = {
  pagesPerHost: 20,
  fetchesPerPage: 1,
  fetchMs: 200,
  linksPerPage: 0,
  newUrlsPerPage: 0,
  outcomeBytesPerPage: 200,
  itemBytesPerPage: 100,
  requestBytes: 150,
};
const worker = {
  memoryMb: 1_769,
  maxConcurrency: 100,
  concurrencyPerHost: 8,
  horizonMs: 15_000,
  maxWaitMs: 15_000,
};
const free: HostLoad = { pages: 1_000, turnMs: 0, largestBatch: 25 };
const paced: HostLoad = { pages: 1_000, turnMs: 1_100, largestBatch: 10 };

/** Of a list, in batches of 25. */
function workOf(hosts: HostLoad[], changes: Partial<RunPlan> = {}) {
  return expectedWork({
    hosts,
    pagesPerBatch: 25,
    isCrawl: false,
    urlsPerPage: 1,
    sourceBatches: 1,
    obeysRobots: false,
    watchesCounts: false,
    sample,
    worker,
    ...changes,
  });
}

describe('expectedWork', () => {
  it('of a host without a gap is bound by its connections, and shared by all workers', () => {
    // 40 batches of 25 pages, eight at once of 200 ms: 625 ms each. Four of the 20 that wait make an event.
    const events = 40 / 4 + 1;
    const busyMs = 40 * 625 + events * 100;
    expect(workOf([free])).toEqual({
      batches: 40,
      pacedBatches: 0,
      deferrals: 0,
      events,
      workerMs: busyMs + 100 * 500,
      instances: 100,
      durationMs: busyMs / 100 + 8_000,
    });
  });

  it('of several hosts without a gap lets the batches of an event share their waiting', () => {
    // Three hosts of 40 batches, of which 60 wait: twelve make an event, of three hosts.
    const events = 120 / 12 + 1;
    const busyMs = (120 * 625) / 3 + events * 100;
    expect(workOf([free, free, free]).workerMs).toBeCloseTo(busyMs + 100 * 500, 6);
    // Of more hosts than an event has batches: 800 wait, and 40 make an event.
    const many = Array.from({ length: 40 }, () => free);
    expect(workOf(many).events).toBeCloseTo(1_600 / 40 + 1, 6);
  });

  it('of a host with a gap waits for its turns, and its messages for their place in line', () => {
    // 100 batches of ten pages: nine turns and a fetch. Half of them wait on average: 550 s, which is 0.61 of the longest delay.
    const looks = (50 * 10 * 1_100) / 900_000 - 0.5;
    const fullness = 1.9 / 40;
    const deferrals = 100 * (1 + 0.5 * fullness + looks);
    const waitingMs = 100 * (9 * 1_100 + 200) + (100 * 15_000) / 4;
    const events = (100 + deferrals) / 1.9 + 1;
    const busyMs = waitingMs + events * 100;
    const work = workOf([paced]);
    expect(work).toMatchObject({ batches: 100, pacedBatches: 100, instances: 2 });
    expect(work.deferrals).toBeCloseTo(deferrals, 6);
    expect(work.events).toBeCloseTo(events, 6);
    expect(work.workerMs).toBeCloseTo(busyMs + 2 * 500, 4);
    expect(work.durationMs).toBe(1_000 * 1_100 + 8_000);
  });

  it('of few batches with a gap has those wait that wait at all', () => {
    // One batch of five pages, of which half a batch waits: no more than one look, of half of it.
    const deferrals = 1 * 0.5 * (1 + (0.5 * 1.9) / 40);
    const work = workOf([{ ...paced, pages: 5 }]);
    expect(work.deferrals).toBeCloseTo(deferrals, 6);
    const waitingMs = 4 * 1_100 + 200 + (deferrals * 15_000) / 4;
    const busyMs = waitingMs + ((1 + deferrals) / 1.9 + 1) * 100;
    expect(work).toMatchObject({ batches: 1, instances: Math.ceil(busyMs / 5_500) });
    expect(work.workerMs).toBeCloseTo(busyMs + work.instances * 500, 4);
    expect(work.durationMs).toBe(5 * 1_100 + 8_000);
  });

  it('of many hosts with a gap lets up to sixteen batches of an event share their waiting', () => {
    const hosts = Array.from({ length: 100 }, () => paced);
    const looks = (50 * 10 * 1_100) / 900_000 - 0.5;
    // Events are full: 40 messages.
    const deferrals = 10_000 * (1 + 0.5 + looks);
    const waitingMs = (10_000 * (9 * 1_100 + 200) + (10_000 * 15_000) / 4) / 16;
    const events = (10_000 + deferrals) / 40 + 1;
    const busyMs = waitingMs + events * 100;
    const work = workOf(hosts);
    expect(work.deferrals).toBeCloseTo(deferrals, 3);
    expect(work.workerMs).toBeCloseTo(busyMs + work.instances * 500, 1);
    expect(work.instances).toBe(Math.ceil(busyMs / 1_100_000));
  });

  it('takes slow fetches for longer than the turns of a batch', () => {
    const slow = { ...sample, fetchMs: 20_000 };
    const size = 10;
    // Ten fetches of 20 s, eight at once.
    const batchMs = (size * 20_000) / 8;
    const work = workOf([paced], { sample: slow });
    const fast = workOf([paced]);
    const of = ({ workerMs, instances }: typeof work) => workerMs - instances * 500;
    // Nine turns of 1.1 s and a fetch take longer, 29.9 s rather than 10.1 s.
    expect(of(work) - of(fast)).toBeCloseTo(100 * (29_900 - 10_100), 4);
    // Nine turns of 100 ms and a fetch are 20.9 s, less than the 25 s of its fetches.
    const close = workOf([{ ...paced, turnMs: 100 }], { sample: slow });
    const waitingMs = 100 * batchMs + (Math.min(close.deferrals, 100) * 15_000) / 4;
    expect(of(close)).toBeCloseTo(waitingMs + close.events * 100, 4);
  });

  it('has batches of one at least, and of the smallest of what is found, fits and is there', () => {
    const batches = (host: HostLoad, changes = {}) => workOf([host], changes).batches;
    expect(batches({ ...free, largestBatch: 5 })).toBe(200);
    expect(batches(free, { pagesPerBatch: 2 })).toBe(500);
    expect(batches({ ...free, pages: 3 })).toBe(1);
    expect(batches({ ...free, pages: 0.5 })).toBe(0.5);
    expect(batches(free, { sample: { ...sample, fetchesPerPage: 2 } })).toBe(80);
  });

  it('takes a fetch at least, and computing at the speed of its memory', () => {
    expect(workOf([{ ...free, pages: 1 }], { sample: { ...sample, fetchMs: 9_000 } }).durationMs).toBe(
      17_000,
    );
    // A page takes 1 ms of a core, of which 512 MB have a third.
    const few = { ...worker, memoryMb: 512, concurrencyPerHost: 1_000 };
    const quick = { ...sample, fetchMs: 0.01 };
    const { workerMs, events, instances } = workOf([free], { worker: few, sample: quick });
    expect(workerMs).toBeCloseTo((1_000 * 1_769) / 512 + events * 100 + instances * 500, 6);
    const large = workOf([free], { worker: { ...few, memoryMb: 4_000 }, sample: quick });
    expect(large.workerMs).toBeCloseTo(1_000 + large.events * 100 + large.instances * 500, 6);
  });

  it('adds hosts with a gap to those without', () => {
    const both = workOf([paced, free]);
    expect(both).toMatchObject({ batches: 140, pacedBatches: 100 });
    expect(both.events).toBeCloseTo((100 + both.deferrals) / 1.9 + 40 / 4 + 1, 6);
  });
});

describe('waitingShare', () => {
  const crawled = { ...sample, newUrlsPerPage: 8 };

  it('is half of a list, and nothing of a crawl that finds nothing', () => {
    expect(waitingShare({ isCrawl: false, sample: crawled }, 100)).toBe(0.5);
    expect(waitingShare({ isCrawl: true, sample }, 100)).toBe(0);
  });

  it('is half of a crawl whose pages are all found at once, and less where they are found late', () => {
    expect(waitingShare({ isCrawl: true, sample: { ...crawled, newUrlsPerPage: 1e6 } }, 100)).toBeCloseTo(
      0.5,
      9,
    );
    // Of two pages, found as fetched: 32 steps of what Heaps' law has beyond them.
    const of = { ...crawled, pagesPerHost: 1, newUrlsPerPage: 1 };
    const steps = Array.from({ length: 32 }, (_, step) => ((step + 0.5) / 32) * 16);
    const waiting = steps.map((pages) => Math.max(0, Math.min(16, pages ** 0.6) - pages));
    const share = waiting.reduce((sum, one) => sum + one, 0) / 16 / 32;
    expect(waitingShare({ isCrawl: true, sample: of }, 16)).toBeCloseTo(share, 9);
  });

  it('goes by the URLs that a host of the sample has led to, by Heaps’ law', () => {
    expect(discoveredUrls(crawled, 20)).toBe(160);
    expect(discoveredUrls(crawled, 40)).toBeCloseTo(160 * 2 ** 0.6, 9);
    expect(discoveredUrls({ ...crawled, pagesPerHost: 0.2 }, 1)).toBe(8);
  });
});
