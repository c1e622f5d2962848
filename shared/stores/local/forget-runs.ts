import { setImmediate as breathe } from 'node:timers/promises';
import type { Database } from './database.ts';

/** Rows that are deleted in one transaction, for which others wait. */
const chunkRows = 2_000;

/**
 * A name in `counts` for a forgotten run, so that no later run gets its number. The row with the largest number
 * stays.
 */
const forgottenMark = 'forgotten';

/** A scope in `claims`, whose rows outlive a run: the names of forgotten runs, each with the time (epoch ms) as its owner. */
const forgottenScope = 'forgotten runs';

/**
 * Deletes runs with everything that belongs to them: outcomes, counts, URLs, batches, messages. Claims stay, since
 * they outlive a run, and so does the name of each run, and what a job with other runs knows of its pages. The caller
 * has checked that the runs are over. Each run disappears at once and its rows are
 * deleted in chunks, so that other processes can write in between; the rows that a killed process leaves are
 * deleted the next time. The file keeps its size, and its free pages are used again. Returns the bytes that became
 * free in it.
 */
export async function forgetRuns(database: Database, runs: string[]): Promise<number> {
  const freeBefore = freeBytes(database);
  for (const run of runs) forgetRun(database, run);
  for (const [table, key] of tables) {
    for (const number of runsWithout(database, table)) {
      const some = `SELECT ${key} FROM ${table} WHERE run = ?1 LIMIT ${chunkRows}`;
      const deletion = database.prepare(`DELETE FROM ${table} WHERE run = ?1 AND ${key} IN (${some})`);
      while (Number(deletion.run(number).changes) > 0) await breathe();
    }
  }
  for (const job of jobsWithoutRuns(database)) {
    const some = `SELECT number FROM pages WHERE job = ?1 LIMIT ${chunkRows}`;
    const deletion = database.prepare(`DELETE FROM pages WHERE number IN (${some})`);
    while (Number(deletion.run(job).changes) > 0) await breathe();
  }
  return Math.max(0, freeBytes(database) - freeBefore);
}

/** Epoch ms, if a run of that name was forgotten. */
export function readForgottenAt(database: Database, run: string): number | undefined {
  const row = database
    .prepare('SELECT owner FROM claims WHERE scope = ? AND key = ?')
    .get(forgottenScope, run);
  return row === undefined ? undefined : Number(row['owner']);
}

/**
 * Returns free pages to the disk. This rewrites the file, and no other process can write meanwhile. The last call of its
 * connection.
 */
export function shrinkStore(database: Database): void {
  // The copy that it makes, else in memory (database.ts).
  database.prepare('PRAGMA temp_store = FILE').all();
  database.prepare('VACUUM').run();
  database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
}

/** The large tables, which know runs by number, each with the columns that identify a row of a run. */
const tables = [
  ['outcomes', 'seq'],
  ['seen', 'key'],
  ['batches', 'number'],
  ['quotas', 'name'],
  ['frontier', 'number'],
] as const;

function forgetRun(database: Database, run: string): void {
  database.write(() => {
    const number = database.runNumber(run);
    database.prepare('DELETE FROM messages WHERE run = ?').run(run);
    database.prepare('DELETE FROM logins WHERE run = ?').run(run);
    forgetSessions(database, number);
    database
      .prepare('DELETE FROM counts WHERE run = ? OR (name = ? AND run < ?)')
      .run(number, forgottenMark, number);
    // A process that was stopped until after the end of the run may still write under its number.
    database.prepare('INSERT INTO counts (run, name, value) VALUES (?, ?, 1)').run(number, forgottenMark);
    database.prepare('DELETE FROM runs WHERE number = ?').run(number);
    database
      .prepare('INSERT OR REPLACE INTO claims (scope, key, owner) VALUES (?, ?, ?)')
      .run(forgottenScope, run, String(Date.now()));
  });
  database.dropRunNumber(run);
}

/** Sessions outlive a run, but not the last run of their job. Names of jobs hold no mark that LIKE reads. */
function forgetSessions(database: Database, number: number): void {
  database
    .prepare(
      `DELETE FROM sessions WHERE key LIKE (
         SELECT json_extract(job, '$.name') || '/%' FROM runs WHERE number = ?1 AND NOT EXISTS (
           SELECT 1 FROM runs AS others WHERE others.number <> ?1
             AND json_extract(others.job, '$.name') = json_extract(runs.job, '$.name')))`,
    )
    .run(number);
}

/** Jobs that know pages and have no run any more: what a job knows outlives its runs, but not the last of them. */
function jobsWithoutRuns(database: Database): string[] {
  const rows = database
    .prepare(
      `WITH RECURSIVE found (job) AS (
         SELECT min(job) FROM pages UNION ALL
         SELECT (SELECT min(job) FROM pages WHERE job > found.job) FROM found WHERE job IS NOT NULL)
       SELECT job FROM found WHERE job IS NOT NULL AND job NOT IN (SELECT json_extract(job, '$.name') FROM runs)`,
    )
    .all();
  return rows.map((row) => String(row['job']));
}

/** Numbers in a table that no run has. Each step is one look-up in the index, however many rows a run has. */
function runsWithout(database: Database, table: string): number[] {
  const rows = database
    .prepare(
      `WITH RECURSIVE found (run) AS (
         SELECT min(run) FROM ${table} UNION ALL
         SELECT (SELECT min(run) FROM ${table} WHERE run > found.run) FROM found WHERE run IS NOT NULL)
       SELECT run FROM found WHERE run IS NOT NULL AND run NOT IN (SELECT number FROM runs)`,
    )
    .all();
  return rows.map((row) => Number(row['run']));
}

function freeBytes(database: Database): number {
  const read = (pragma: string) => Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]);
  return read('freelist_count') * read('page_size');
}
