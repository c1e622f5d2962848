import type { DatabaseSync } from 'node:sqlite';
import { HaltError } from '../../errors.ts';
import { packKey } from './packed-key.ts';
import { openTransactions } from './transactions.ts';
import type { WhenFree } from './when-free.ts';

/**
 * Raise it when the tables change, or `formatVersion` does: a file's version is that of all its records. Add to
 * `steps` how a file of the version before is migrated.
 */
const schemaVersion = 15;

const tables = `
  CREATE TABLE runs (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, job TEXT NOT NULL, base_dir TEXT NOT NULL,
    state TEXT NOT NULL, started_at INTEGER NOT NULL, finished_at INTEGER, moved_at INTEGER, reason TEXT,
    reason_code TEXT, reason_message TEXT
  );
  CREATE TABLE counts (
    run INTEGER NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (run, name)
  ) WITHOUT ROWID;
  CREATE TABLE hosts (
    host TEXT PRIMARY KEY, last_end INTEGER NOT NULL DEFAULT 0, last_gap INTEGER NOT NULL DEFAULT 0,
    delayed_until INTEGER NOT NULL DEFAULT 0, learned_gap INTEGER, robots TEXT, line_run TEXT, line_end INTEGER,
    line_served INTEGER, returned TEXT, breaker_opens INTEGER, breaker_at INTEGER
  ) WITHOUT ROWID;
  CREATE TABLE messages (
    id INTEGER PRIMARY KEY, run TEXT NOT NULL, visible_at INTEGER NOT NULL,
    receives INTEGER NOT NULL DEFAULT 0, owner TEXT, body TEXT NOT NULL
  );
  CREATE INDEX messages_by_time ON messages (run, visible_at, id);
  CREATE TABLE outcomes (
    seq INTEGER PRIMARY KEY, run INTEGER NOT NULL, batch TEXT NOT NULL, body BLOB NOT NULL,
    UNIQUE (run, batch)
  );
`;

/**
 * `seen` has a row for each URL of a run, so it is kept small: its `key` as `packKey` makes it, its `batch` by number. A batch
 * is a row for itself, so that those worked on at one time are on one page.
 */
const batchTables = `
  CREATE TABLE batches (
    number INTEGER PRIMARY KEY, run INTEGER NOT NULL, id TEXT NOT NULL, owner TEXT,
    fence INTEGER NOT NULL DEFAULT 0, until INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0, forwarded INTEGER NOT NULL DEFAULT 0,
    pages_granted INTEGER, items_granted INTEGER, micro_usd_granted INTEGER,
    claim TEXT, crashes INTEGER NOT NULL DEFAULT 0, UNIQUE (run, id)
  );
  CREATE INDEX batches_by_owner ON batches (owner) WHERE owner IS NOT NULL;
  CREATE TABLE seen (
    run INTEGER NOT NULL, key ANY NOT NULL, batch INTEGER NOT NULL, PRIMARY KEY (run, key)
  ) STRICT, WITHOUT ROWID;
`;

const batchColumns = `run, id, owner, fence, until, done, forwarded, pages_granted, items_granted, micro_usd_granted,
  claim, crashes`;

const packTables = `
  DROP INDEX batches_by_owner;
  ALTER TABLE batches RENAME TO batches_before; ALTER TABLE seen RENAME TO seen_before;
  ${batchTables}
  INSERT INTO batches (${batchColumns}) SELECT ${batchColumns} FROM batches_before;
  INSERT OR IGNORE INTO batches (run, id) SELECT run, batch FROM seen_before;
  INSERT INTO seen (run, key, batch)
    SELECT seen_before.run, pack_key(key), number FROM seen_before
      JOIN batches ON batches.run = seen_before.run AND batches.id = seen_before.batch;
  DROP TABLE batches_before; DROP TABLE seen_before;
`;

const lockTables = `
  CREATE TABLE locks (
    name TEXT PRIMARY KEY, fence INTEGER NOT NULL, holders TEXT NOT NULL, line TEXT NOT NULL, evicted TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE registers (name TEXT PRIMARY KEY, value TEXT, fence INTEGER NOT NULL) WITHOUT ROWID;
`;

/** Budgets by name, with what is used of each; a batch keeps what was granted to it as JSON, by name. */
const quotaTables = `
  CREATE TABLE quotas (
    run INTEGER NOT NULL, name TEXT NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (run, name)
  ) WITHOUT ROWID;
  ALTER TABLE batches ADD COLUMN quotas_granted TEXT;
`;

const claimTable = `
  CREATE TABLE claims (
    scope TEXT NOT NULL, key TEXT NOT NULL, owner TEXT NOT NULL, PRIMARY KEY (scope, key)
  ) WITHOUT ROWID;
`;

const commandTable = `
  CREATE TABLE commands (
    run TEXT NOT NULL, machine TEXT NOT NULL, pid INTEGER NOT NULL, seen_at INTEGER NOT NULL,
    PRIMARY KEY (run, machine, pid)
  ) WITHOUT ROWID;
`;

const sessionTables = `
  CREATE TABLE sessions (
    key TEXT PRIMARY KEY, version INTEGER NOT NULL, generation INTEGER NOT NULL, ended INTEGER NOT NULL,
    sealed BLOB NOT NULL, expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE logins (
    run TEXT NOT NULL, account TEXT NOT NULL, unanswered INTEGER NOT NULL, in_all INTEGER NOT NULL,
    PRIMARY KEY (run, account)
  ) WITHOUT ROWID;
`;

/**
 * What jobs know of their pages, each as compressed JSON. A row has a number of its own, so that new ones stand side by side and
 * only the small index is spread by key.
 */
const pageTables = `
  CREATE TABLE pages (
    number INTEGER PRIMARY KEY, job TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL,
    gone INTEGER NOT NULL, body BLOB NOT NULL,
    UNIQUE (job, key)
  );
  ALTER TABLE hosts ADD COLUMN distrusted_by TEXT;
`;

/**
 * Pages that wait, of jobs that fetch the best first. What is drawn for a batch leaves the table and is kept with the batch, as JSON,
 * until that is done.
 */
const frontierTable = `
  CREATE TABLE frontier (
    number INTEGER PRIMARY KEY, run INTEGER NOT NULL, host TEXT NOT NULL,
    priority REAL NOT NULL, depth INTEGER NOT NULL, request TEXT NOT NULL
  );
  CREATE INDEX frontier_by_order ON frontier (run, host, priority DESC, depth, number);
  ALTER TABLE batches ADD COLUMN has_put INTEGER;
  ALTER TABLE batches ADD COLUMN draw TEXT;
`;

/** Over the hosts of a run, to tell which pages are among its best. */
const frontierIndex = `
  CREATE INDEX frontier_of_run ON frontier (run, priority DESC, depth, number, host);
`;

/**
 * How a file of each earlier version is migrated to the next; versions before the first of these cannot be
 * migrated.
 */
const steps: Record<number, string> = {
  // Locks of version 2 guarded the fetch of a robots.txt alone.
  2: `DROP TABLE locks; ${lockTables}`,
  3: `ALTER TABLE batches ADD COLUMN micro_usd_granted INTEGER; ${claimTable}`,
  4: `ALTER TABLE batches ADD COLUMN claim TEXT; ALTER TABLE batches ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;`,
  5: `ALTER TABLE hosts ADD COLUMN returned TEXT; ${commandTable}`,
  // Records keep the text of their reasons, from which `stored-reason.ts` reads code and message.
  6: `ALTER TABLE runs ADD COLUMN reason_code TEXT; ALTER TABLE runs ADD COLUMN reason_message TEXT;`,
  // A line without it is foreseen by the times at which its places were given.
  7: `ALTER TABLE hosts ADD COLUMN line_served INTEGER;`,
  8: `ALTER TABLE hosts ADD COLUMN breaker_opens INTEGER; ALTER TABLE hosts ADD COLUMN breaker_at INTEGER;`,
  9: packTables,
  10: sessionTables,
  11: quotaTables,
  12: pageTables,
  13: frontierTable,
  14: frontierIndex,
};

export type VersionState = 'own' | 'older' | 'newer' | 'lost' | 'empty';

/** `lost`: a version before the first that can be migrated. `empty`: nothing was written yet. */
export function stateOfVersion(version: number): { state: VersionState; ownVersion: number } {
  const state = () => {
    if (version === schemaVersion) return 'own';
    if (version === 0) return 'empty';
    if (version > schemaVersion) return 'newer';
    return steps[version] === undefined ? 'lost' : 'older';
  };
  return { state: state(), ownVersion: schemaVersion };
}

export function versionOf(connection: DatabaseSync): number {
  return Number(connection.prepare('PRAGMA user_version').get()?.['user_version']);
}

/**
 * Migrates the file to this version: creates the tables of a new one, changes those of an earlier one. Throws
 * `HaltError` STORE_OUTDATED for a newer one, which stays as it is, and for one that is too old.
 */
export function migrate(connection: DatabaseSync, file: string, whenFree: WhenFree): void {
  // Another process may be turning the new file into one with a log, which takes all of its locks.
  if (whenFree(() => versionOf(connection)) === schemaVersion) return;
  const transactions = whenFree(() => openTransactions(connection, file, whenFree));
  connection.function('pack_key', { deterministic: true }, (key) => packKey(String(key)));
  transactions.write(() => {
    const found = versionOf(connection);
    if (found === schemaVersion) return;
    if (found === 0) {
      connection.exec(
        [
          ...[tables, batchTables, lockTables, claimTable, commandTable, sessionTables],
          ...[quotaTables, pageTables, frontierTable, frontierIndex],
        ].join(''),
      );
    } else for (let from = found; from !== schemaVersion; from += 1) connection.exec(stepFrom(from, file));
    connection.exec(`PRAGMA user_version = ${schemaVersion}`);
  });
}

function stepFrom(version: number, file: string): string {
  const step = steps[version];
  if (step === undefined) throw new StoreOfOtherVersion(file, version);
  return step;
}

export const remedyForNewer =
  'Nothing was changed in it. Use the Spinneret that wrote it, to look at its runs too; or give this one a store of its own: store in config/settings.yaml.';

class StoreOfOtherVersion extends HaltError {
  readonly #state: VersionState;

  constructor(file: string, version: number) {
    const { state } = stateOfVersion(version);
    const which =
      state === 'newer' ? 'a newer version of Spinneret wrote it' : 'a version too old to be taken along';
    super('STORE_OUTDATED', `${file} has version ${version}, this is version ${schemaVersion}: ${which}`);
    this.name = 'HaltError';
    this.#state = state;
  }

  override get remedy(): string {
    return this.#state === 'newer' ? remedyForNewer : super.remedy;
  }
}
