import { setImmediate as breathe } from 'node:timers/promises';
import type { Database } from './database.ts';

/** Deleted in one transaction: others wait for it. */
const chunkRows = 2_000;

/** A name in `counts`: its run is forgotten, and no later run may get its number. The largest one stays. */
const forgottenMark = 'forgotten';

/**
 * Deletes runs with all that is known of them: outcomes, counts, URLs, batches, messages. Claims stay, which
 * hold beyond a run. The caller has seen that the runs are over. Each vanishes at once, what is left of it in pieces, so that other processes can write
 * in between; what a killed process leaves goes the next time. The file keeps its size, and its free pages
 * are used again. Returns the bytes that became free in it.
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
  return Math.max(0, freeBytes(database) - freeBefore);
}

/** Gives free pages back to the disk. Rewrites the file: nobody else can write meanwhile. */
export function shrinkStore(database: Database): void {
  database.prepare('VACUUM').run();
  database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
}

/** The large tables, which know runs by number, each with what tells the rows of a run apart. */
const tables = [
  ['outcomes', 'seq'],
  ['seen', 'key'],
  ['batches', 'id'],
] as const;

function forgetRun(database: Database, run: string): void {
  database.write(() => {
    const number = database.runNumber(run);
    database.prepare('DELETE FROM messages WHERE run = ?').run(run);
    database
      .prepare('DELETE FROM counts WHERE run = ? OR (name = ? AND run < ?)')
      .run(number, forgottenMark, number);
    // A process that slept through the end of the run may still write under its number.
    database.prepare('INSERT INTO counts (run, name, value) VALUES (?, ?, 1)').run(number, forgottenMark);
    database.prepare('DELETE FROM runs WHERE number = ?').run(number);
  });
  database.dropRunNumber(run);
}

/** Numbers in a table that no run has. Each step is a look into the index, however many rows a run has. */
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
