import { setTimeout as sleep } from 'node:timers/promises';
import type { Commit, CommitAnswer, Ledger, SessionStore } from '../../shared/coordination/ports.ts';
import { digestOf } from '../../shared/engine/ids.ts';
import { shardCount } from '../../shared/engine/shards.ts';
import type { Counts, Run } from '../../shared/model.ts';
import { backoff, latencyMs } from './assumptions.ts';
import { memoryHosts } from './memory-hosts.ts';
import type { UrlLogBill } from './url-log-bill.ts';
import type { UsageMeter } from './usage-meter.ts';
import type { VirtualTime } from './virtual-time.ts';

interface BatchRecord {
  fence: number;
  until: number;
  isDone: boolean;
  isForwarded: boolean;
  reserved: number | undefined;
}

export interface LedgerWorld {
  time: VirtualTime;
  meter: UsageMeter;
  random: () => number;
  urlLogs: UrlLogBill;
}

/** The ledger in memory, billed as the DynamoDB adapter is. One run. */
export interface MemoryLedger {
  /** What one process sees: it keeps the run's state for as long as its callers allow. */
  ofProcess(): Ledger;
  counts(): Counts;
}

export function makeMemoryLedger(world: LedgerWorld): MemoryLedger {
  const { time, meter, random, urlLogs } = world;
  const { now } = time;
  let theRun: Run | undefined;
  const batches = new Map<string, BatchRecord>();
  const owners = new Map<string, string>();
  const shards: Counts[] = Array.from({ length: shardCount }, () => ({ open: 0 }));
  const reserved = { pages: 0, items: 0, microUsd: 0 };
  const quotas = new Map<string, number>();
  const busyUntil = new Map<string, number>();

  const billWrite = async (cause: string, units: number, key?: string) => {
    meter.add('writeUnits', units);
    meter.count(`write units: ${cause}`, units);
    if (key !== undefined) meter.wrote(key);
    await sleep(latencyMs.write);
  };
  const billRead = async (units: number) => {
    meter.add('readUnits', units);
    await sleep(latencyMs.read);
  };
  /** A transaction on a batch's record and on others; cancelled and repeated where another one is under way. */
  const transact = async (cause: string, keys: string[]) => {
    for (let attempt = 1; ; attempt += 1) {
      const startedAt = now();
      const isBusy = keys.some((key) => (busyUntil.get(key) ?? 0) > startedAt);
      meter.count('transactions');
      meter.add('writeUnits', 2 * (1 + keys.length));
      meter.count(`write units: ${cause}`, 2 * (1 + keys.length));
      for (const key of keys) {
        meter.wrote(key);
        if (!isBusy) busyUntil.set(key, startedAt + latencyMs.transaction);
      }
      await sleep(latencyMs.transaction);
      if (!isBusy) return;
      meter.count('conflicts');
      if (attempt === backoff.maxAttempts) throw new Error('conflicts without end');
      await sleep(random() * Math.min(backoff.maxPauseMs, backoff.firstPauseMs * 2 ** attempt));
    }
  };
  const batchOf = (batch: string) => {
    let record = batches.get(batch);
    if (record === undefined) {
      record = { fence: 0, until: 0, isDone: false, isForwarded: false, reserved: undefined };
      batches.set(batch, record);
    }
    return record;
  };
  const sum = (): Counts => {
    const all: Counts = {};
    for (const shard of shards) {
      for (const [name, value] of Object.entries(shard)) all[name] = (all[name] ?? 0) + value;
    }
    return all;
  };
  const addTo = (shard: number, counts: Counts) => {
    const counter = shards[shard] ?? {};
    for (const [name, value] of Object.entries(counts)) counter[name] = (counter[name] ?? 0) + value;
    if ((counter['open'] ?? 0) < 0) throw new Error(`counter ${shard} fell below 0`);
  };
  const openOn = (shard: number) => shards[shard]?.['open'] ?? 0;
  /** Reads the batch's own counter first; all of them only if it is 0, and once more in one transaction if all are 0. */
  const seeOpen = async (shard: number): Promise<number> => {
    await billRead(1);
    if (openOn(shard) > 0) return openOn(shard);
    meter.count('readsOfAllCounters');
    await billRead(shardCount);
    if (sum()['open'] !== 0) return sum()['open'] ?? 0;
    await billRead(2 * shardCount);
    return sum()['open'] ?? 0;
  };

  const shared: Omit<Ledger, 'readRun' | 'admit'> = {
    ...noSessions,
    readPages: async (_job, keys) => keys.map(() => undefined),
    writePages: async () => undefined,
    listPages: async () => ({ pages: [] }),
    async createRun(run) {
      if (theRun !== undefined) return 'exists';
      theRun = run;
      addTo(0, { open: 1 });
      await billWrite('run', 3);
      return 'created';
    },
    listRuns: async () => (theRun === undefined ? [] : [theRun]),
    async moveRun(_id, from, to) {
      await billWrite('run', 2, 'RUN');
      if (theRun === undefined || !from.includes(theRun.state)) return false;
      theRun = { ...theRun, state: to, ...(to === 'finished' ? { finishedAt: now() } : {}) };
      return true;
    },
    async readCounts() {
      await billRead(2 * shardCount);
      return sum();
    },

    async lease({ batch, leaseMs }) {
      await billWrite('lease', 1);
      const record = batchOf(batch);
      if (record.isDone) return { state: 'done', forwarded: record.isForwarded };
      if (record.until > now()) return { state: 'held', until: record.until };
      record.fence += 1;
      record.until = now() + leaseMs;
      // No process crashes in the simulation.
      return { state: 'mine', fence: record.fence, until: record.until, crashes: 0 };
    },
    async releaseLease({ batch, fence }) {
      await billWrite('release', 1);
      const record = batchOf(batch);
      if (record.fence === fence) record.until = 0;
    },
    renewLeases: async () => undefined,

    claim: async (_scope, owner, keys) => keys.map(() => owner),
    claimants: async (_scope, keys) => keys.map(() => undefined),
    async reserve(_run, batch, what, wanted, limit) {
      const shard =
        Number.parseInt(Buffer.from(digestOf(batch)).toString('hex').slice(0, 8), 16) % shardCount;
      await transact('maxPages', [countKey(shard)]);
      const record = batchOf(batch);
      if (record.reserved === undefined) {
        record.reserved = Math.min(wanted, limit - reserved[what]);
        reserved[what] += record.reserved;
        addTo(shard, { [`reserved:${what}`]: record.reserved });
      }
      return record.reserved;
    },

    async reserveQuotas(_run, _batch, requests) {
      await transact(
        'quotas',
        requests.map(({ name }) => `QUOTA#${name}`),
      );
      return requests.map(({ name, wanted, limit }) => {
        const used = quotas.get(name) ?? 0;
        const granted = Math.min(wanted, limit - used);
        quotas.set(name, used + granted);
        return granted;
      });
    },

    async readQuotas(_run, names) {
      await billRead(names.length);
      return names.map((name) => quotas.get(name) ?? 0);
    },

    async commit({ batch, fence, counts, open }: Commit): Promise<CommitAnswer> {
      const { shard, added } = open;
      const others = Object.entries(added).filter(([other]) => Number(other) !== shard);
      await transact('commit', [shard, ...others.map(([other]) => Number(other))].map(countKey));
      const record = batchOf(batch);
      if (record.isDone) return { state: 'already' };
      if (record.fence !== fence) return { state: 'stale' };
      record.isDone = true;
      addTo(shard, { ...counts, open: (added[shard] ?? 0) - 1 });
      for (const [other, children] of others) addTo(Number(other), { open: children });
      return { state: 'done', open: await seeOpen(shard) };
    },
    async markForwarded(_run, batch) {
      await billWrite('forwarded', 1);
      batchOf(batch).isForwarded = true;
    },
    async readBatches(_run, ids) {
      await billRead(ids.length);
      return ids.map((id) => ({ isDone: batches.get(id)?.isDone === true, heldUntil: batchOf(id).until }));
    },
    async readOwners(_run, urls) {
      await billRead(urls.length);
      return urls.map(({ key }) => owners.get(key));
    },
    ...memoryHosts(world, { read: billRead, write: billWrite }),
  };

  const ofProcess = (): Ledger => {
    let seen: { run: Run | undefined; at: number } | undefined;
    const billUrls = urlLogs.ofProcess();
    return {
      ...shared,
      async admit(_run, batch, urls) {
        const groups = Map.groupBy(urls, ({ group = '' }) => group);
        for (const [group, own] of groups) {
          billUrls(group, own.length, own.filter(({ key }) => !owners.has(key)).length);
        }
        await sleep(latencyMs.read + latencyMs.write);
        for (const { key } of urls) if (!owners.has(key)) owners.set(key, batch);
        return urls.map(({ key }) => owners.get(key) ?? batch);
      },
      async readRun(_id, { maxAgeMs = 0 } = {}) {
        if (seen === undefined || now() - seen.at >= maxAgeMs) {
          await billRead(0.5);
          seen = { run: theRun, at: now() };
        }
        return seen.run;
      },
    };
  };
  return { ofProcess, counts: sum };
}

const unused = async (): Promise<never> => {
  throw new Error('the jobs of this bench have no sessions');
};
const noSessions: SessionStore = {
  readSession: unused,
  saveSession: unused,
  endSession: unused,
  deleteSession: unused,
  takeLoginAttempt: unused,
  returnLoginAttempt: unused,
  clearLoginAttempts: unused,
};

function countKey(shard: number): string {
  return `COUNT#${shard}`;
}
