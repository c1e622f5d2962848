import type {
  CounterStore,
  FrontierCounter,
  FrontierStore,
  Ledger,
  OwnerRelease,
  RegisterStore,
} from '../../shared/coordination/ports.ts';
import { memoryBatches } from './memory-batches.ts';
import { memoryFrontiers } from './memory-frontiers.ts';
import { memoryHosts } from './memory-hosts.ts';
import { memoryLocks } from './memory-locks.ts';
import { memoryPages } from './memory-pages.ts';
import { memoryRuns } from './memory-runs.ts';
import { memorySessions } from './memory-sessions.ts';
import type { MemoryStore } from './memory-store.ts';

export interface LedgerView {
  /** Of whoever asks: as on DynamoDB, deadlines compare the askers' clocks. Epoch ms. */
  now(): number;
  /**
   * `exact`: a commit tells how many batches are open, as SQLite does. `sparing`: it tells what is open on
   * its own shard, and all that is open only if that is nothing, as DynamoDB does. @default exact
   */
  commitTells?: 'exact' | 'sparing';
}

export type MemoryLedger = Ledger &
  FrontierStore &
  FrontierCounter &
  CounterStore &
  RegisterStore &
  OwnerRelease;

/** The ledger in memory, as one process sees it: what it may know of old (`Freshness`) is its own. */
export function makeMemoryLedger(store: MemoryStore, view: LedgerView): MemoryLedger {
  return {
    ...memoryRuns(store, view),
    ...memoryBatches(store, view),
    ...memoryHosts(store, view),
    ...memoryLocks(store, view),
    ...memorySessions(store, view),
    ...memoryPages(store),
    ...memoryFrontiers(store),
  };
}
