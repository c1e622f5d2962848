import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Item, number } from './attributes.ts';

/** The one table, and what every record of it needs to know. */
export interface Table {
  client: DynamoDBClient;
  name: string;
  keepDays: number;
  /** Epoch ms. */
  now: () => number;
}

/** Partition keys. There is no sort key: every record is on its own, so that load spreads by itself. */
export const keys = {
  run: (run: string) => `RUN#${run}`,
  job: (run: string) => `JOB#${run}`,
  count: (run: string, shard: number) => `COUNT#${run}#${shard}`,
  batch: (run: string, batch: string) => `BATCH#${run}#${batch}`,
  seen: (run: string, key: string) => `SEEN#${run}#${key}`,
  claim: (scope: string, key: string) => `CLAIM#${scope}#${key}`,
  host: (host: string) => `HOST#${host}`,
  robots: (host: string) => `ROBOTS#${host}`,
  lock: (name: string) => `LOCK#${name}`,
  counter: (name: string, shard: number) => `COUNTER#${name}#${shard}`,
  register: (name: string) => `REGISTER#${name}`,
} as const;

const dayMs = 86_400_000;

/** Counts tell of a run, and guard its end, for longer than its URLs are kept; a lock must not forget its fence. */
const longKeepDays = 365;

/** The attribute by which DynamoDB deletes the record, some time after `keepDays`. */
export function expiry(table: Table, from = table.now()): Item {
  return { expiresAt: epochSeconds(from + table.keepDays * dayMs) };
}

export function longExpiry(table: Table): Item {
  return { expiresAt: epochSeconds(table.now() + (table.keepDays + longKeepDays) * dayMs) };
}

function epochSeconds(epochMs: number) {
  return number(Math.ceil(epochMs / 1_000));
}
