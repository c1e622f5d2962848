import type { DatabaseSync } from 'node:sqlite';
import { sleepSync } from './when-free.ts';

/**
 * Admitted URLs come in random order: with a short log, every few transactions rewrite most pages of that table.
 * 8,000 pages of log are 32 MB.
 */
const longLogPages = 8_000;
/** A look takes as long as a few statements. */
const commitsPerLook = 32;

/** If another process has the write lock each time, a later look comes to it. */
const maxTries = 20;
const retryMs = 0.5;

/** The first SQLite that reports the length of its log without carrying it over. */
const firstThatTells = { major: 3, minor: 51 };

/**
 * Keeps the write-ahead log short, without SQLite's own rule: that looks at every commit, and where several processes
 * write all the time it is never done. What came to the log meanwhile keeps it from being begun anew, so it grows, and each commit
 * of each process goes to the disk. Returns what is to be called after each commit.
 */
export function keepLogShort(connection: DatabaseSync, longPages = longLogPages): () => void {
  if (!tellsLength(connection)) {
    connection.exec(`PRAGMA wal_autocheckpoint = ${longPages}`);
    return () => undefined;
  }
  connection.exec('PRAGMA wal_autocheckpoint = 0');
  const look = connection.prepare('PRAGMA wal_checkpoint(NOOP)');
  // While others write.
  const carryOver = connection.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  // With the write lock, for what came meanwhile.
  const carryOverRest = connection.prepare('PRAGMA wal_checkpoint(RESTART)');
  let commits = 0;
  return () => {
    commits += 1;
    if (commits % commitsPerLook !== 0 || Number(look.get()?.['log']) < longPages) return;
    carryOver.get();
    // Once it is carried over whole, the next to write begins it anew.
    const { log, checkpointed } = look.get() ?? {};
    if (Number(checkpointed) === Number(log) || Number(log) < 2 * longPages) return;
    for (let tries = 0; tries < maxTries && carryOverRest.get()?.['busy'] === 1; tries += 1)
      sleepSync(retryMs);
  };
}

function tellsLength(connection: DatabaseSync): boolean {
  const version = String(connection.prepare('SELECT sqlite_version() AS version').get()?.['version']);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > firstThatTells.major || (major === firstThatTells.major && minor >= firstThatTells.minor);
}
