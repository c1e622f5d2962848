import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { makeRandom } from '../../bench/random.ts';
import { endChild, firstWord, startChild } from './child.ts';
import { arrivalsFile } from './evidence.ts';
import type { FaultCounts } from './faults.ts';
import type { LockOrders } from './lock-process.ts';
import type { Plan } from './plan.ts';
import type { SiteOrders } from './site-process.ts';
import type { StoreOrders } from './store-process.ts';
import type { WorkerOrders } from './worker-process.ts';

/** The site and the store of a round. */
export interface Stage {
  origins: string[];
  storePort(): number;
  /** Kills the store and starts another one on the same file. */
  replaceStore(): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(plan: Plan, folder: string): Promise<Stage> {
  const siteOrders: SiteOrders = { site: plan.site, logFile: join(folder, arrivalsFile) };
  const site = startChild('./site-process.ts', siteOrders);
  const storeOrders: StoreOrders = {
    folder,
    visibilityMs: plan.visibilityMs,
    maxDeliveries: plan.maxDeliveries,
  };
  let store: ChildProcess;
  let port = 0;
  const startStore = async () => {
    store = startChild('./store-process.ts', storeOrders);
    ({ port } = await firstWord<{ port: number }>(store));
  };
  const [{ origins }] = await Promise.all([firstWord<{ origins: string[] }>(site), startStore()]);
  let replaced = Promise.resolve();
  return {
    origins,
    storePort: () => port,
    replaceStore() {
      // One kill may be due before the store is back from the one before.
      replaced = replaced.then(() => endChild(store)).then(startStore);
      return replaced;
    },
    async close() {
      await replaced;
      await Promise.all([endChild(site), endChild(store)]);
    },
  };
}

/** The processes that work, each replaced when it dies. */
export interface Cast {
  workers(): ChildProcess[];
  lockProcesses(): ChildProcess[];
  /** What went wrong in them, as they tell it. */
  reportedFaults: string[];
  reported: { incremented: number; refused: number; stoodStill: number; lockFaults: number };
  close(): Promise<void>;
}

const largestSkewMs = 5_000;

type AnyRole = 'worker' | 'lastResort' | 'locks';

function startProcess(
  plan: Plan,
  { role, seed, ...own }: { role: AnyRole; seed: number; owner: string; port: number; skewMs: number },
): ChildProcess {
  if (role === 'locks') {
    return startChild('./lock-process.ts', { ...plan.locks, ...own, seed } satisfies LockOrders);
  }
  const { storeAttempts: attempts, limits } = plan;
  const runs = plan.runs.map(({ id }) => id);
  return startChild('./worker-process.ts', { ...own, role, runs, attempts, limits } satisfies WorkerOrders);
}

export function startCast(plan: Plan, port: number, counts: FaultCounts): Cast {
  const random = makeRandom(plan.seed + 1);
  const reportedFaults: string[] = [];
  const reported = { incremented: 0, refused: 0, stoodStill: 0, lockFaults: 0 };
  const groups = {
    worker: new Set<ChildProcess>(),
    locks: new Set<ChildProcess>(),
    lastResort: new Set<ChildProcess>(),
  };
  let started = 0;
  let isOver = false;

  const start = (role: keyof typeof groups): void => {
    started += 1;
    const owner = `${role}-${started}`;
    const skewMs = Math.round((2 * random() - 1) * largestSkewMs);
    counts.add('wrongClock');
    const child = startProcess(plan, { owner, role, port, skewMs, seed: plan.seed + started });
    groups[role].add(child);
    child.on('message', (message: Record<string, unknown>) => hear(message));
    child.once('exit', () => {
      groups[role].delete(child);
      if (!isOver) start(role);
    });
  };
  const hear = (message: Record<string, unknown>) => {
    if (typeof message['fault'] === 'string') reportedFaults.push(message['fault']);
    if (message['incremented'] === true) reported.incremented += 1;
    if (message['incremented'] === false) reported.refused += 1;
    if (message['stoodStill'] !== undefined) reported.stoodStill += 1;
    if (message['lockFault'] !== undefined) reported.lockFaults += 1;
  };

  for (let count = 0; count < plan.workers; count += 1) start('worker');
  for (let count = 0; count < plan.lockProcesses; count += 1) start('locks');
  start('lastResort');
  return {
    workers: () => [...groups.worker],
    lockProcesses: () => [...groups.locks],
    reportedFaults,
    reported,
    async close() {
      isOver = true;
      await Promise.all(Object.values(groups).flatMap((group) => [...group].map(endChild)));
    },
  };
}
