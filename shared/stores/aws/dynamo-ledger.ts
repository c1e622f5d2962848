import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Ledger } from '../../coordination/ports.ts';
import { shardCount } from '../../engine/shards.ts';
import { batchRecords } from './batch-records.ts';
import { budgetRecords } from './budget-records.ts';
import { countRecords } from './count-records.ts';
import { hostRecords } from './host-records.ts';
import { lockRecords } from './lock-records.ts';
import { runRecords } from './run-records.ts';
import { seenRecords } from './seen-records.ts';
import type { Table } from './table.ts';

export interface DynamoLedgerOptions {
  client: DynamoDBClient;
  /** The table: partition key `pk`, TTL attribute `expiresAt`, index `runs` by `kind` and `startedAt`. */
  table: string;
  /** Days after which DynamoDB may delete what is known of URLs, batches and hosts. */
  keepDays: number;
  /** Epoch ms. */
  now?: () => number;
}

/**
 * The ledger on one DynamoDB table, on conditional writes alone. What is refused by contention or
 * throttling is tried again for some seconds; then the error of the SDK rises.
 */
export function makeDynamoLedger({ client, table, keepDays, now = Date.now }: DynamoLedgerOptions): Ledger {
  const records: Table = { client, name: table, keepDays, now };
  const counts = countRecords(records, shardCount);
  return {
    ...runRecords(records),
    readCounts: counts.readCounts,
    ...batchRecords(records, counts),
    ...seenRecords(records),
    ...budgetRecords(records, shardCount),
    ...hostRecords(records),
    ...lockRecords(records),
  };
}
