import { tmpdir } from 'node:os';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { HaltError } from '../errors.ts';
import type { ExportRecord } from './records.ts';
import { hasSortField, type SortOrder, sortKeyOf, sortOrderOf } from './sort-key.ts';

/** Records in order; each reading gives all of them. Disposing deletes them. */
export interface SortedRecords extends Disposable {
  read(): Iterable<ExportRecord>;
  /** The number of records, if none of them has the field; else 0. */
  unsorted: number;
}

/**
 * Sorts records by a field, `-field` for descending: numbers before text, records without a value last in both
 * directions, equal ones in their original order. A field inside another is `a.b`. Text is compared without case
 * and accents; true is 1, false 0; lists and objects are compared as JSON, empty ones as no value.
 * Throws `HaltError` SORT_NO_ROOM when the disk is full or fails, and so does the reading. Uses constant memory: the records are stored as JSON in a
 * temporary file that SQLite deletes ("Temporary Databases", sqlite.org/inmemorydb.html), in the folder for such
 * files (`TMPDIR`).
 */
export async function sortRecords(
  records: AsyncIterable<ExportRecord>,
  sort: string,
): Promise<SortedRecords> {
  const order = sortOrderOf(sort);
  const database = new DatabaseSync('');
  try {
    database.exec(`${pragmas}; ${table}; BEGIN`);
    const counts = await fill(
      database.prepare('INSERT INTO records VALUES (NULL, ?, ?, ?, ?)'),
      records,
      order,
    );
    const way = order.isDescending ? 'DESC' : 'ASC';
    // An index over the keys alone: sorting whole records would write them twice more.
    database.exec(`CREATE INDEX by_key ON records (rank, number ${way}, text ${way}); COMMIT`);
    const ordered = `SELECT body FROM records ORDER BY rank, number ${way}, text ${way}, id`;
    return {
      read: () => bodies(database, ordered),
      unsorted: counts.found === 0 ? counts.all : 0,
      [Symbol.dispose]: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw isDiskAtFault(error) ? noRoom(error) : error;
  }
}

/**
 * "Result codes", sqlite.org/rescode.html: a full disk is FULL; a quota or a limit of the process that is used up, and a disk
 * that fails, IOERR; a folder in which no file can be made, CANTOPEN or READONLY. What made it so stands in the upper bits.
 */
const codesOfDisk = new Set([8, 10, 13, 14]);

function isDiskAtFault(error: unknown): boolean {
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    codesOfDisk.has(error.errcode & 0xff)
  );
}

function noRoom(cause: unknown): HaltError {
  const why = (cause as Error).message;
  const message = `the records to be sorted cannot be put into the folder for temporary files (${tmpdir()}): ${why}`;
  return new HaltError('SORT_NO_ROOM', message, { cause });
}

/** The file is deleted with the process: there is nothing to roll back to, and nothing to flush. */
const pragmas = 'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000';
const table = `CREATE TABLE records (
  id INTEGER PRIMARY KEY, rank INTEGER NOT NULL, number REAL, text TEXT, body TEXT NOT NULL)`;

async function fill(
  insert: StatementSync,
  records: AsyncIterable<ExportRecord>,
  order: SortOrder,
): Promise<{ all: number; found: number }> {
  const counts = { all: 0, found: 0 };
  for await (const record of records) {
    counts.all += 1;
    if (hasSortField(record, order)) counts.found += 1;
    const key = sortKeyOf(record, order);
    insert.run(key.rank, key.number, key.text, JSON.stringify(record));
  }
  return counts;
}

function* bodies(database: DatabaseSync, ordered: string): Generator<ExportRecord> {
  try {
    for (const row of database.prepare(ordered).iterate()) yield JSON.parse(String(row['body']));
  } catch (error) {
    throw isDiskAtFault(error) ? noRoom(error) : error;
  }
}
