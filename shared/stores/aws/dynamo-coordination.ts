import type { CoordinationStore } from '../../coordination/ports.ts';
import type { DynamoLedgerOptions } from './dynamo-ledger.ts';
import { lockRecords } from './lock-records.ts';
import { sharedValues } from './shared-values.ts';

/** Locks, counters and registers on the ledger's table, without the rest of the ledger. */
export function makeDynamoCoordination(options: DynamoLedgerOptions): CoordinationStore {
  const { client, table, keepDays, now = Date.now } = options;
  const records = { client, name: table, keepDays, now };
  return { ...lockRecords(records), ...sharedValues(records) };
}
