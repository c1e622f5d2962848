import type { FrontierCounter, FrontierStore, Ledger, OwnerRelease } from '../../coordination/ports.ts';
import { batchRecords } from './batch-records.ts';
import type { Database } from './database.ts';
import { frontierRecords } from './frontier-records.ts';
import { hostRecords } from './host-records.ts';
import { lockRecords } from './lock-records.ts';
import { pageRecords } from './page-records.ts';
import { runRecords } from './run-records.ts';
import { sessionRecords } from './session-records.ts';

/** The ledger on SQLite: each method is one transaction. `now` gives epoch milliseconds. */
export function makeLocalLedger(
  database: Database,
  now: () => number = Date.now,
): Ledger & FrontierStore & FrontierCounter & OwnerRelease {
  return {
    ...runRecords(database, now),
    ...batchRecords(database, now),
    ...hostRecords(database, now),
    ...lockRecords(database, now),
    ...sessionRecords(database, now),
    ...pageRecords(database),
    ...frontierRecords(database),
  };
}
