import type { HostClock } from '../../shared/coordination/host-clock.ts';
import type { LockRecord } from '../../shared/coordination/lock-grant.ts';
import type { Budget, Draw, FrontierEntry, HostRecord } from '../../shared/coordination/ports.ts';
import type { Counts, Json, PageRecord, Run } from '../../shared/model.ts';
import type { MemorySession } from './memory-sessions.ts';

/** What a store holds: plain values, changed only between two awakenings, so that each call is atomic. */
export interface MemoryStore {
  runs: Map<string, Run>;
  /** By run; each counter by shard. */
  counts: Map<string, Counts[]>;
  /** By `run batch`. */
  batches: Map<string, BatchRecord>;
  /** By `run key`, the batch that admitted it. */
  seen: Map<string, string>;
  /** Beyond runs. */
  claims: Map<string, string>;
  hosts: Map<string, Omit<HostRecord, 'delayedUntil'> & { clock: HostClock }>;
  locks: Map<string, LockRecord>;
  counters: Map<string, number>;
  registers: Map<string, { value: Json | undefined; fence: number }>;
  sessions: Map<string, MemorySession>;
  /** By `job key`, what jobs know of their pages. */
  pages: Map<string, PageRecord>;
  /** By `run name`, what is used of each. */
  quotas: Map<string, number>;
  /** By `run host`, in the order in which they were put. */
  frontiers: Map<string, (FrontierEntry & { number: number })[]>;
  /** The number of the entry that was put last. */
  lastEntry: number;
  /** By run and account. */
  logins: Map<string, { unanswered: number; inAll: number }>;
}

export interface BatchRecord {
  /** Empty when nobody holds it. */
  owner: string;
  token: string;
  fence: number;
  /** Epoch ms, by the clock of whoever leased it. */
  until: number;
  /** Holders that died. */
  crashes: number;
  isDone: boolean;
  isForwarded: boolean;
  children?: number;
  reserved: Partial<Record<Budget, number>>;
  /** By the names of the grants. */
  quotas: Record<string, number>;
  hasPut?: true;
  draw?: Pick<Draw, 'granted' | 'refused'>;
}

export function makeMemoryStore(): MemoryStore {
  return {
    runs: new Map(),
    counts: new Map(),
    batches: new Map(),
    seen: new Map(),
    claims: new Map(),
    hosts: new Map(),
    locks: new Map(),
    counters: new Map(),
    registers: new Map(),
    sessions: new Map(),
    pages: new Map(),
    quotas: new Map(),
    frontiers: new Map(),
    lastEntry: 0,
    logins: new Map(),
  };
}

/** A run's counts are the sums over its shards. */
export function sumOf(shards: Counts[]): Counts {
  const sum: Counts = {};
  for (const shard of shards) {
    for (const [name, value] of Object.entries(shard)) sum[name] = (sum[name] ?? 0) + value;
  }
  return sum;
}
