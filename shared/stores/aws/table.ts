import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type DynamoItem, number, numberOf } from './attributes.ts';

/** The one table, and the settings that every record needs. */
export interface Table {
  client: DynamoDBClient;
  name: string;
  keepDays: number;
  /** Days for which a finished run is kept; default for ever. */
  keepRunsDays?: number;
  /** Epoch ms. */
  now: () => number;
}

/** Partition keys. There is no sort key: each record is its own partition, so that load spreads evenly. */
export const keys = {
  run: (run: string) => `RUN#${run}`,
  job: (run: string) => `JOB#${run}`,
  count: (run: string, shard: number) => `COUNT#${run}#${shard}`,
  batch: (run: string, batch: string) => `BATCH#${run}#${batch}`,
  quota: (run: string, name: string) => `QUOTA#${run}#${name}`,
  seen: (run: string, key: string) => `SEEN#${run}#${key}`,
  /** No key has a slash. */
  seenHead: (run: string, group: string) => `SEEN#${run}#${group}/`,
  frontier: (run: string, host: string) => `FRONT#${run}#${host}`,
  /** No host has a slash. */
  waiting: (run: string, host: string, segment: string) => `FRONT#${run}#${host}/${segment}`,
  draw: (run: string, batch: string) => `DRAW#${run}#${batch}`,
  page: (job: string, key: string) => `URL#${job}#${key}`,
  claim: (scope: string, key: string) => `CLAIM#${scope}#${key}`,
  host: (host: string) => `HOST#${host}`,
  robots: (host: string) => `ROBOTS#${host}`,
  lock: (name: string) => `LOCK#${name}`,
  counter: (name: string, shard: number) => `COUNTER#${name}#${shard}`,
  register: (name: string) => `REGISTER#${name}`,
  session: (key: string) => `SESSION#${key}`,
  login: (run: string, account: string) => `LOGIN#${run}#${account}`,
  key: (arn: string) => `KEY#${arn}`,
} as const;

const dayMs = 86_400_000;

/** Counts report on a run, and guard its end, for longer than its URLs are kept; a lock must keep its fence. */
const longKeepDays = 365;

/** The attribute by which DynamoDB deletes the record, some time after `keepDays`. */
export function expiry(table: Table, from = table.now()): DynamoItem {
  return { expiresAt: epochSeconds(from + table.keepDays * dayMs) };
}

export function longExpiry(table: Table): DynamoItem {
  const days = table.keepDays + Math.max(longKeepDays, table.keepRunsDays ?? 0);
  return { expiresAt: epochSeconds(table.now() + days * dayMs) };
}

/** The expiry of a run that is over; before its end a run never expires. */
export function runExpiry(table: Table): DynamoItem {
  if (table.keepRunsDays === undefined) return {};
  return { expiresAt: epochSeconds(table.now() + table.keepRunsDays * dayMs) };
}

/** DynamoDB deletes expired records within days, and in any order: an expired record counts as deleted at once. */
export function isExpired(table: Table, item: DynamoItem): boolean {
  const expiresAt = numberOf(item, 'expiresAt');
  return expiresAt !== undefined && expiresAt * 1_000 <= table.now();
}

function epochSeconds(epochMs: number) {
  return number(Math.ceil(epochMs / 1_000));
}
