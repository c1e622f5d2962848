import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { FrontierStore, Ledger } from '../../coordination/ports.ts';
import { shardCount } from '../../engine/shards.ts';
import { batchRecords } from './batch-records.ts';
import { budgetRecords } from './budget-records.ts';
import { countRecords } from './count-records.ts';
import { frontierRecords } from './frontier-records.ts';
import { hostRecords } from './host-records.ts';
import { lockRecords } from './lock-records.ts';
import { pageRecords } from './page-records.ts';
import { quotaRecords } from './quota-records.ts';
import { runRecords } from './run-records.ts';
import { seenRecords } from './seen-records.ts';
import { sessionRecords } from './session-records.ts';
import type { Table } from './table.ts';

export interface DynamoLedgerOptions {
  client: DynamoDBClient;
  /** The table: partition key `pk`, TTL attribute `expiresAt`, index `runs` by `kind` and `startedAt`. */
  table: string;
  /** Days after which DynamoDB may delete what is known of URLs, batches and hosts. */
  keepDays: number;
  /** Days for which a run is kept after its end; `keepDays` at least. @default for ever */
  keepRunsDays?: number;
  /** URLs that this process remembers of those that runs have admitted: some 75 bytes each. @default 1,048,576 */
  rememberedUrls?: number;
  /** Epoch ms. */
  now?: () => number;
}

/**
 * The ledger on one DynamoDB table, with conditional writes alone. Writes that fail by contention or throttling
 * are retried for some seconds; then the error of the SDK is thrown.
 */
export function makeDynamoLedger(options: DynamoLedgerOptions): Ledger & FrontierStore {
  const { client, table, keepDays, keepRunsDays, now = Date.now } = options;
  const kept = keepRunsDays === undefined ? {} : { keepRunsDays: Math.max(keepRunsDays, keepDays) };
  const records: Table = { client, name: table, keepDays, ...kept, now };
  const counts = countRecords(records, shardCount);
  const runs = runRecords(records);
  const budgets = budgetRecords(records, shardCount);
  return {
    ...runs,
    readCounts: counts.readCounts,
    ...batchRecords(records, counts),
    ...seenRecords(records, runs.readRun, options.rememberedUrls),
    reserve: budgets.reserve,
    ...quotaRecords(records),
    ...hostRecords(records),
    ...lockRecords(records),
    ...sessionRecords(records, counts),
    ...pageRecords(records),
    ...frontierRecords(records, budgets),
  };
}
