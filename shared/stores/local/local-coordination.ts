import type { CoordinationStore } from '../../coordination/ports.ts';
import type { Database } from './database.ts';
import { lockRecords } from './lock-records.ts';
import { sharedValues } from './shared-values.ts';

/** Locks, counters and registers on SQLite. `now` gives epoch milliseconds. */
export function makeLocalCoordination(database: Database, now: () => number = Date.now): CoordinationStore {
  return { ...lockRecords(database, now), ...sharedValues(database) };
}
