import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Delivery } from '../../shared/coordination/ports.ts';
import type { Engine, EngineLimits } from '../../shared/engine/engine.ts';
import { makeKnownUrls } from '../../shared/engine/outcome/known-urls.ts';
import { makeRedaction } from '../../shared/engine/redaction.ts';
import { watchLimits } from '../../shared/engine/run/run-limits.ts';
import { startRun } from '../../shared/engine/run/start-run.ts';
import { runBatch } from '../../shared/engine/run-batch.ts';
import type { RunContext } from '../../shared/engine/run-context.ts';
import { makeLimiters } from '../../shared/fetch/limiter.ts';
import type { FetchResult } from '../../shared/fetch/types.ts';
import { withTimeout } from '../../shared/job/fetch-timeout.ts';
import { type Job, jobSchema } from '../../shared/job/schema.ts';
import type { Batch, Outcome } from '../../shared/model.ts';
import type { SourceFile } from '../../shared/sources/types.ts';
import { makeRandom } from '../random.ts';
import { cpuMsPerPage, fetchMs } from './assumptions.ts';
import { makeAdmittedPages, makeCoarseMemory } from './coarse-admission.ts';
import type { CoarseBatch, CoarseProcess } from './coarse-process.ts';
import { type FleetOptions, type Instance, runFleet } from './fleet.ts';
import { type MemoryLedger, makeMemoryLedger } from './memory-ledger.ts';
import {
  type BilledOutcomes,
  type MemoryQueue,
  makeBilledOutcomes,
  makeMemoryQueue,
} from './memory-queue.ts';
import { runBatchCoarsely } from './run-batch-coarsely.ts';
import { itemOf, makeShops, pageOf, type Shops, urlOf } from './shop.ts';
import { makeTally, type Tally } from './tally.ts';
import { makeUrlLogBill, type UrlLogBill } from './url-log-bill.ts';
import { makeUsageMeter, type UsageMeter } from './usage-meter.ts';
import { onVirtualTime, type VirtualTime } from './virtual-time.ts';

export interface SimulationOptions extends FleetOptions {
  /** `engine`: `runBatch` page by page. `coarse`: batch by batch. */
  grain: 'engine' | 'coarse';
  hosts: number;
  pages: number;
  gapMs: number;
  seed: number;
  limits: EngineLimits;
  /** What S3 holds of a page; `engine` measures it. */
  outcomeBytesPerPage?: number;
}

export interface Simulated {
  meter: UsageMeter;
  tally: Tally;
  pages: number;
  open: number;
  state: string;
  /** From the start of the run to its end. */
  drainMs: number;
  outcomeBytesPerPage: number;
  busiest: number;
  instances: number;
}

const runId = 'simulated';
const startsAt = 1_800_000_000_000;
const bytesPerRequest = 150;
const pauseBetweenLooksMs = 1_000;
/** Compressing every outcome would take longer than all the rest. */
const sizedShare = 40;
/** Of a page that nothing reads. */
const anyBody = Buffer.from('x');

/** Runs one job to its end on virtual time. Deterministic for its options. */
export function simulateRun(options: SimulationOptions): Promise<Simulated> {
  return onVirtualTime(startsAt, async (time) => {
    const world = buildWorld(time, options);
    const fleet = runFleet(time, world.queue, world.meter, options, (index) => newInstance(world, index));
    const ledger = world.ledger.ofProcess();
    await startRun(ledger, world.queue, { id: runId, job: world.job, baseDir: '/', startedAt: time.now() });
    for (;;) {
      // Its own looks cost nothing: only the batches' are the fleet's.
      const { readUnits } = world.meter.usage;
      const run = await ledger.readRun(runId);
      world.meter.usage.readUnits -= world.meter.usage.readUnits > readUnits ? 0.5 : 0;
      if (run?.state === 'finished') break;
      await sleep(pauseBetweenLooksMs);
    }
    const [run] = await ledger.listRuns();
    return {
      meter: world.meter,
      tally: world.tally,
      pages: world.shops.hosts * world.shops.pagesPerHost,
      open: world.ledger.counts()['open'] ?? Number.NaN,
      state: run?.state ?? 'lost',
      drainMs: (run?.finishedAt ?? Number.NaN) - startsAt,
      outcomeBytesPerPage: world.outcomeBytesPerPage(),
      busiest: fleet.busiest(),
      instances: fleet.instances(),
    };
  });
}

interface World {
  options: SimulationOptions;
  time: VirtualTime;
  shops: Shops;
  job: Job;
  meter: UsageMeter;
  tally: Tally;
  ledger: MemoryLedger;
  urlLogs: UrlLogBill;
  queue: MemoryQueue;
  outcomes: BilledOutcomes;
  admitted: ReturnType<typeof makeAdmittedPages>;
  random: () => number;
  hostsFile: SourceFile;
  taken: Uint8Array;
  outcomeBytesPerPage(): number;
}

function buildWorld(time: VirtualTime, options: SimulationOptions): World {
  const { hosts, pages, seed } = options;
  const shops = makeShops(hosts, Math.round(pages / hosts));
  const meter = makeUsageMeter(time.now);
  const urlLogs = makeUrlLogBill(meter);
  const tally = makeTally(hosts, shops.pagesPerHost, time.now);
  const random = makeRandom(seed);
  const sizes = { bytes: 0, pages: 0, seen: 0 };
  const perPage = () => (sizes.pages === 0 ? (options.outcomeBytesPerPage ?? 0) : sizes.bytes / sizes.pages);
  const sizeOf = (outcome: Outcome) => {
    for (const { kind, end, url } of outcome.pages) {
      if (kind !== 'page' || end !== 'stored') continue;
      const position = pageOf(url);
      tally.store(position.host, position.page);
    }
    sizes.seen += 1;
    if (sizes.seen % sizedShare === 0) {
      sizes.bytes += gzipSync(JSON.stringify(outcome)).byteLength;
      sizes.pages += outcome.pages.length;
    }
    return outcome.pages.length * perPage();
  };
  return {
    options,
    time,
    shops,
    meter,
    tally,
    random,
    hostsFile: hostsFile(hosts),
    taken: new Uint8Array(shops.pagesPerHost),
    job: jobOf(options, shops),
    ledger: makeMemoryLedger({ time, meter, random, urlLogs }),
    urlLogs,
    queue: makeMemoryQueue(time, meter, messageBytes),
    outcomes: makeBilledOutcomes(meter, sizeOf),
    admitted: makeAdmittedPages(hosts, shops.pagesPerHost),
    outcomeBytesPerPage: perPage,
  };
}

/** The front page of every shop. */
function hostsFile(hosts: number): SourceFile {
  const urls = Array.from({ length: hosts }, (_, host) => urlOf(host, 0)).join('\n');
  const bytes = new TextEncoder().encode(urls);
  return {
    size: bytes.byteLength,
    version: '1',
    readAt: async (at, length) => bytes.subarray(at, at + length),
    close: async () => undefined,
  };
}

function messageBytes(batch: Batch): number {
  const { pages }: CoarseBatch = batch;
  return bytesPerRequest * (2 + (pages?.length ?? batch.requests.length));
}

function jobOf({ gapMs }: SimulationOptions, { hosts, pagesPerHost }: Shops): Job {
  return jobSchema.parse({
    name: 'simulated',
    sources: [{ urls: { file: 'hosts.txt' } }],
    pages: { page: {} },
    limits: { maxPages: hosts * pagesPerHost },
    // How busy this process is would otherwise decide about gaps.
    politeness: { gapMs, slowDown: false },
  });
}

function newInstance(world: World, index: number): Instance {
  const { options, time, meter } = world;
  const engine: Engine = {
    ledger: world.ledger.ofProcess(),
    queue: world.queue,
    outcomes: world.outcomes,
    contextOf: contextOf(world),
    owner: `instance-${index}`,
    now: time.now,
    stopping: new AbortController().signal,
    limits: options.limits,
  };
  const process: CoarseProcess = {
    engine,
    shops: world.shops,
    admitted: world.admitted,
    memory: makeCoarseMemory(world.shops.pagesPerHost),
    taken: world.taken,
    tally: world.tally,
    meter,
    billUrls: world.urlLogs.ofProcess(),
    random: world.random,
    memoryMb: options.memoryMb,
    outcomeBytesPerPage: world.outcomeBytesPerPage(),
    cpuBusyUntil: 0,
  };
  const one = (delivery: Delivery) =>
    options.grain === 'coarse' ? runBatchCoarsely(process, delivery) : runExactly(engine, delivery, world);
  return {
    async work(deliveries, endsAt) {
      engine.endsAt = endsAt;
      const beganAt = time.now();
      await Promise.all(deliveries.map((delivery) => one(delivery).catch(() => sendAgain(world, delivery))));
      // The engine looks at the run's state once per second while it fetches.
      if (options.grain === 'coarse') meter.add('readUnits', (0.5 * (time.now() - beganAt)) / 1_000);
    },
  };
}

async function runExactly(engine: Engine, delivery: Delivery, { meter, outcomes }: World): Promise<void> {
  const end = await runBatch(engine, delivery);
  if (end === 'done') outcomes.forget(delivery.batch.id);
  meter.count(end === 'done' ? 'batches' : 'deferrals');
}

/** What `workOnEvent` does after a fault: 15 to 60 s later. */
async function sendAgain({ queue, time, meter, random }: World, { batch }: Delivery): Promise<void> {
  meter.count('faults');
  await queue.send([{ batch, notBefore: time.now() + 15_000 + random() * 45_000 }]);
}

/** One context per process, for its limiters and its share of a core. */
function contextOf(world: World): Engine['contextOf'] {
  const { job, time, shops, random, options } = world;
  let cpuBusyUntil = 0;
  const answer = async (url: string): Promise<FetchResult> => {
    const startedAt = time.now();
    await sleep(fetchMs(random));
    const status = url.endsWith('/robots.txt') ? 404 : 200;
    return { url, status, headers: {}, body: anyBody, ms: time.now() - startedAt, startedAt };
  };
  const urlRules = {
    normalise: (url: string) => url,
    labelOf: () => 'page',
    isFile: () => false,
    scope: () => true,
  };
  const context: RunContext = {
    id: runId,
    job: withTimeout(job),
    startedAt: startsAt,
    env: { job, openFile: async () => world.hostsFile, opened: {} },
    fetcher: {
      fetch: ({ url }) => answer(url),
      fetchInTurn: async ({ url }, { startBy }) => (time.now() > startBy ? 'late' : answer(url)),
      close: async () => undefined,
    },
    extractor: {
      softErrors: new Map(),
      close: async () => undefined,
      expectedErrors: new Map(),
      async extract({ url }) {
        cpuBusyUntil = Math.max(cpuBusyUntil, time.now()) + cpuMsPerPage(options.memoryMb);
        await sleep(cpuBusyUntil - time.now());
        const { host, page } = pageOf(url);
        const items = page > shops.listings ? [{ item: 'product', url, fields: itemOf(host, page) }] : [];
        const links = shops.menu.map((link) => ({ url: urlOf(host, link) }));
        shops.addLinks(host, page, (link) => links.push({ url: urlOf(host, link) }));
        return { items, links };
      },
    },
    ...urlRules,
    hasRoutes: false,
    known: makeKnownUrls(urlRules),
    limits: watchLimits(job.limits),
    limiterOf: makeLimiters(job.fetch.concurrencyPerHost),
    redaction: makeRedaction(job, job, {}),
    makersByLabel: new Map(),
    failures: new Map(),
    labelHeaders: new Map(),
    isSentSecrets: () => false,
    sourceHeaders: new Map(),
    gates: new Map(),
    close: async () => undefined,
  };
  return async () => context;
}
