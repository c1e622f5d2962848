import { resolve } from 'node:path';
import type { HostWait } from '../coordination/host-wait.ts';
import type { BatchQueue, Ledger, OwnerRelease, QueueDepth } from '../coordination/ports.ts';
import type { Settings } from '../job/settings-schema.ts';
import { type CommandRecords, commandRecords } from '../stores/local/command-records.ts';
import { openDatabase } from '../stores/local/database.ts';
import { hostWaits } from '../stores/local/host-waits.ts';
import { listedOutcomes } from '../stores/local/listed-outcomes.ts';
import { makeLocalLedger } from '../stores/local/local-ledger.ts';
import { type LocalOutcomes, makeLocalOutcomes } from '../stores/local/local-outcomes.ts';
import { makeLocalQueue } from '../stores/local/local-queue.ts';

/** The three ports on this machine's SQLite file. */
export interface LocalStore extends AsyncDisposable {
  file: string;
  ledger: Ledger & OwnerRelease;
  queue: BatchQueue & QueueDepth & OwnerRelease;
  outcomes: LocalOutcomes;
  commands: CommandRecords;
  /** The hosts that are left alone for now and for which the run has messages. */
  hostWaits(run: string): HostWait[];
}

/** `settings.store` is relative to `projectDir`. */
export function openLocalStore(settings: Settings, projectDir: string, owner: string): LocalStore {
  const file = resolve(projectDir, settings.store);
  const database = openDatabase(file);
  const ledger = makeLocalLedger(database);
  return {
    file,
    ledger,
    // A message is redelivered only after the lease of its receiver has expired.
    queue: makeLocalQueue(database, { owner, visibilityMs: settings.leaseMs + 1_000 }),
    outcomes: listedOutcomes(makeLocalOutcomes(database), ledger),
    commands: commandRecords(database),
    hostWaits: (run) => hostWaits(database, run, Date.now()),
    async [Symbol.asyncDispose]() {
      database.close();
    },
  };
}
