import { resolve } from 'node:path';
import type { HostWait } from '../coordination/host-wait.ts';
import type { BatchQueue, FrontierCounter, Ledger, OwnerRelease, QueueDepth } from '../coordination/ports.ts';
import type { Settings } from '../job/settings-schema.ts';
import { type CommandRecords, commandRecords } from '../stores/local/command-records.ts';
import { openDatabase } from '../stores/local/database.ts';
import { hostWaits } from '../stores/local/host-waits.ts';
import { listedOutcomes } from '../stores/local/listed-outcomes.ts';
import { makeLocalLedger } from '../stores/local/local-ledger.ts';
import { type LocalOutcomes, makeLocalOutcomes } from '../stores/local/local-outcomes.ts';
import { makeLocalQueue } from '../stores/local/local-queue.ts';
import { blockedMs, makeAsyncWait } from '../stores/local/wait-async.ts';

/** The three ports on this machine's SQLite file. */
export interface LocalStore extends AsyncDisposable {
  file: string;
  ledger: Ledger & FrontierCounter & OwnerRelease;
  queue: BatchQueue & QueueDepth & OwnerRelease;
  outcomes: LocalOutcomes;
  commands: CommandRecords;
  /** The hosts that are left alone for now and for which the run has messages. */
  hostWaits(run: string): Promise<HostWait[]>;
  /** What waits for a store that another process keeps locked, or finds it locked later, fails within a second, with STORE_BUSY. */
  stopWaiting(): void;
}

/**
 * `settings.store` is relative to `projectDir`. Another process that keeps the store locked is waited for without
 * blocking the thread, so that Ctrl-C is heard meanwhile.
 */
export async function openLocalStore(
  settings: Settings,
  projectDir: string,
  owner: string,
): Promise<LocalStore> {
  const file = resolve(projectDir, settings.store);
  const wait = makeAsyncWait(file);
  const database = await wait.whenFree(() => openDatabase(file, { maxWaitMs: blockedMs }));
  const ledger = wait.around(makeLocalLedger(database));
  return {
    file,
    ledger,
    // A message is redelivered only after the lease of its receiver has expired.
    queue: wait.around(makeLocalQueue(database, { owner, visibilityMs: settings.leaseMs + 1_000 })),
    outcomes: listedOutcomes(makeLocalOutcomes(database, wait.whenFree), ledger),
    commands: wait.around(commandRecords(database)),
    hostWaits: (run) => wait.whenFree(() => hostWaits(database, run, Date.now())),
    stopWaiting: wait.stop,
    async [Symbol.asyncDispose]() {
      database.close();
    },
  };
}
