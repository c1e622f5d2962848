import type { LookupFunction } from 'node:net';
import { join } from 'node:path';
import type { FileStore } from '../../shared/coordination/file-store.ts';
import type { BatchQueue, Ledger, Outcomes, QueueDepth } from '../../shared/coordination/ports.ts';
import type { Engine, EngineLimits } from '../../shared/engine/engine.ts';
import { type JobEnvironment, localEnvironment } from '../../shared/engine/job-environment.ts';
import { startRun } from '../../shared/engine/run/start-run.ts';
import { runBatch } from '../../shared/engine/run-batch.ts';
import { makeContexts } from '../../shared/engine/run-context.ts';
import type { Job } from '../../shared/job/schema.ts';
import { jobSchema } from '../../shared/job/schema.ts';
import type { Counts, Outcome, Run } from '../../shared/model.ts';
import { openDatabase } from '../../shared/stores/local/database.ts';
import { listedOutcomes } from '../../shared/stores/local/listed-outcomes.ts';
import { makeLocalLedger } from '../../shared/stores/local/local-ledger.ts';
import { makeLocalOutcomes } from '../../shared/stores/local/local-outcomes.ts';
import { makeLocalQueue } from '../../shared/stores/local/local-queue.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';

export interface Ports {
  ledger: Ledger;
  queue: BatchQueue & QueueDepth;
  outcomes: Outcomes;
}

export const leaseMs = 10_000;

const limits: EngineLimits = {
  leaseMs,
  batchSize: 5,
  batchBudgetMs: 30_000,
  turnsMs: 5_000,
  maxPauseMs: 5_000,
  maxWaitMs: 20,
  horizonMs: 30_000,
  maxCrashes: { together: 10, alone: 40 },
};

export interface WorldOptions {
  env?: Record<string, string>;
  /** Resolves host names. @default dns.lookup */
  lookup?: LookupFunction;
  /** The browser of all processes. @default there is none */
  makeRenderer?: JobEnvironment['makeRenderer'];
  /** Where files lie, in the world's folder. @default they are only named */
  openFiles?: (folder: string) => FileStore;
  /** Where pages are kept. @default nowhere */
  openArchive?: JobEnvironment['openArchive'];
  /** Puts what is there before the store is opened into its folder: its file is `storeFile`. */
  fill?: (folder: string) => void;
}

export const storeFile = 'store.db';

/** A real store in a temporary folder, with a clock that can jump ahead, and runs driven batch by batch. */
export function openWorld(
  overrides: Partial<EngineLimits> = {},
  { env = {}, lookup, makeRenderer, openFiles, openArchive, fill }: WorldOptions = {},
) {
  const folder = temporaryFolder();
  fill?.(folder.path);
  const database = openDatabase(join(folder.path, storeFile));
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const ledger = makeLocalLedger(database, now);
  const outcomes = listedOutcomes(makeLocalOutcomes(database), ledger);
  const portsOf = (owner: string): Ports => ({
    ledger,
    outcomes,
    queue: makeLocalQueue(database, { owner, visibilityMs: leaseMs + 1_000, now }),
  });
  const closers: (() => Promise<void>)[] = [];

  /** A process of its own: own name, own memory; `wrap` may stand between it and the store. */
  const newProcess = (
    owner: string,
    wrap: (ports: Ports) => Ports = (ports) => ports,
    own: Partial<Pick<JobEnvironment, 'leavesPagesInBrowser' | 'env' | 'hasStandIns' | 'originKey'>> = {},
  ): Engine => {
    const ports = wrap(portsOf(owner));
    const environmentOf = async (run: Run) => ({
      ...(await localEnvironment(run)),
      env,
      makeRenderer,
      ...own,
      ...(lookup === undefined ? {} : { lookup }),
      ...(openArchive && { openArchive }),
      ...(openFiles === undefined ? {} : { openFiles: () => openFiles(folder.path) }),
    });
    const contexts = makeContexts(ledger, environmentOf, now);
    closers.push(() => contexts.close());
    return {
      ...ports,
      contextOf: contexts.contextOf,
      owner,
      now,
      stopping: new AbortController().signal,
      limits: { ...limits, ...overrides },
    };
  };

  return {
    database,
    folder: folder.path,
    ...portsOf('watcher'),
    now,
    advance(ms: number) {
      ahead += ms;
    },
    newProcess,
    start: (id: string, job: Job) =>
      startRun(ledger, portsOf('watcher').queue, { id, job, baseDir: folder.path, startedAt: now() }),
    async close() {
      await Promise.all(closers.map((close) => close()));
      database.close();
      folder.remove();
    },
  };
}

export type World = ReturnType<typeof openWorld>;

/** More than any run of a test takes: one that goes on is one whose batches are sent again and again. */
const maxDeliveries = 20_000;

/**
 * Delivers batches to `process` one by one until the run is over, jumping over every wait.
 * Rejects when a batch does, when the run has batches open but no message left, and when it comes to no end.
 */
export async function driveRun(world: World, run: string, process: Engine): Promise<void> {
  for (let count = 0; count < maxDeliveries; count += 1) {
    if ((await deliverNext(world, run, process)) === 'over') return;
  }
  throw new Error(`run ${run} goes on after ${maxDeliveries} deliveries and waits`);
}

/** The same with several processes, each working on a batch of its own at the same time. */
export async function driveTogether(world: World, run: string, processes: Engine[]): Promise<void> {
  for (;;) {
    const working = processes.map(async (process) => {
      const [delivery] = await process.queue.receive({ runs: [run], max: 1 });
      if (delivery !== undefined) await runBatch(process, delivery);
      return delivery !== undefined;
    });
    const settled = await Promise.allSettled(working);
    for (const result of settled) if (result.status === 'rejected') throw result.reason;
    if (settled.some((result) => result.status === 'fulfilled' && result.value)) continue;
    if ((await passTime(world, run)) === 'over') return;
  }
}

/** Delivers one batch, or jumps to when the next one is due. */
export async function deliverNext(world: World, run: string, process: Engine): Promise<'going' | 'over'> {
  const [delivery] = await process.queue.receive({ runs: [run], max: 1 });
  if (delivery === undefined) return passTime(world, run);
  await runBatch(process, delivery);
  return 'going';
}

async function passTime(world: World, run: string): Promise<'going' | 'over'> {
  const { nextDueAt } = await world.queue.depth(run);
  const { open } = await world.ledger.readCounts(run);
  if (nextDueAt === undefined && open === 0) return 'over';
  if (nextDueAt === undefined) throw new Error(`run ${run} has ${open} open batches and no message`);
  world.advance(Math.max(1, nextDueAt - world.now()));
  return 'going';
}

export function makeJob(job: Record<string, unknown>): Job {
  return jobSchema.parse({
    name: 'test',
    pages: { default: {} },
    network: 'allowPrivate',
    ...job,
    politeness: { gapMs: 0, ...(job['politeness'] as object | undefined) },
  });
}

export async function outcomesOf(world: World, run: string): Promise<Outcome[]> {
  const all: Outcome[] = [];
  for await (const outcome of world.outcomes.list(run)) all.push(outcome);
  return all;
}

/** Every item as one line, sorted: what two runs of a job must agree on. */
export async function itemLines(world: World, run: string): Promise<string[]> {
  const outcomes = await outcomesOf(world, run);
  return outcomes.flatMap((outcome) => outcome.items.map((item) => JSON.stringify(item))).sort();
}

/** Where each page of the run ended, `URL → end code`; more than one end for a URL is kept visible. */
export async function endsOf(world: World, run: string): Promise<Record<string, string>> {
  const ends: Record<string, string> = {};
  for (const outcome of await outcomesOf(world, run)) {
    for (const page of outcome.pages) {
      if (page.end === 'retry' || (page.kind !== 'page' && page.kind !== 'rest')) continue;
      const end = page.code === undefined ? page.end : `${page.end} ${page.code}`;
      ends[page.url] = ends[page.url] === undefined ? end : `${ends[page.url]} AND ${end}`;
    }
  }
  return ends;
}

/** Invariant 2: the counts of ends add up to what was admitted. */
export function unaccounted({
  admitted = 0,
  stored = 0,
  failed = 0,
  skipped = 0,
  cancelled = 0,
}: Counts): number {
  return admitted - stored - failed - skipped - cancelled;
}
