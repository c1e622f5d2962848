import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Json } from '../model.ts';
import type { ExportRecord } from './records.ts';

/** Records in order; each reading gives them all. Closing it deletes them. */
export interface SortedRecords extends Disposable {
  read(): Iterable<ExportRecord>;
  /** How many there are, where none of them has the field; else 0. */
  unsorted: number;
}

/**
 * Sorts records by a field, `-field` for descending: numbers before text, records without a value last
 * whichever way, equals in the order they came. A field inside another is `a.b`. Text compares without
 * case and accents; true is 1, false 0; lists and objects compare as JSON, empty ones as no value.
 *
 * In constant memory: they lie, as JSON, in a temporary file that SQLite deletes ("Temporary Databases",
 * sqlite.org/inmemorydb.html), in the folder for such files (`TMPDIR`).
 */
export async function sortRecords(
  records: AsyncIterable<ExportRecord>,
  sort: string,
): Promise<SortedRecords> {
  const isDescending = sort.startsWith('-');
  const path = isDescending ? sort.slice(1) : sort;
  const database = new DatabaseSync('');
  try {
    database.exec(`${pragmas}; ${table}; BEGIN`);
    const counts = await fill(
      database.prepare('INSERT INTO records VALUES (NULL, ?, ?, ?, ?)'),
      records,
      path,
    );
    const way = isDescending ? 'DESC' : 'ASC';
    // Over the keys alone: sorting whole records would write them twice more.
    database.exec(`CREATE INDEX by_key ON records (rank, number ${way}, text ${way}); COMMIT`);
    const ordered = `SELECT body FROM records ORDER BY rank, number ${way}, text ${way}, id`;
    return {
      read: () => bodies(database.prepare(ordered)),
      unsorted: counts.found === 0 ? counts.all : 0,
      [Symbol.dispose]: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** It is gone with the process: nothing to roll back to, nothing to flush. */
const pragmas = 'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000';
const table = `CREATE TABLE records (
  id INTEGER PRIMARY KEY, rank INTEGER NOT NULL, number REAL, text TEXT, body TEXT NOT NULL)`;
const ranks = { number: 0, text: 1, missing: 2 };

async function fill(
  insert: StatementSync,
  records: AsyncIterable<ExportRecord>,
  path: string,
): Promise<{ all: number; found: number }> {
  const counts = { all: 0, found: 0 };
  for await (const record of records) {
    const value = valueAt(record, path);
    counts.all += 1;
    if (value !== undefined) counts.found += 1;
    const key = keyOf(value);
    insert.run(key.rank, key.number, key.text, JSON.stringify(record));
  }
  return counts;
}

function* bodies(ordered: StatementSync): Generator<ExportRecord> {
  for (const row of ordered.iterate()) {
    yield JSON.parse(String(row['body']));
  }
}

/** A field that has points in its name is found under the whole of it. */
function valueAt(value: Json | undefined, path: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (Object.hasOwn(value, path)) return value[path];
  const point = path.indexOf('.');
  const head = path.slice(0, point);
  return point > 0 && Object.hasOwn(value, head) ? valueAt(value[head], path.slice(point + 1)) : undefined;
}

function keyOf(value: Json | undefined): { rank: number; number: number | null; text: string | null } {
  if (typeof value === 'number' || typeof value === 'boolean')
    return { rank: ranks.number, number: Number(value), text: null };
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
  const isEmpty = text === '' || ['""', '[]', '{}'].includes(text);
  if (isEmpty) return { rank: ranks.missing, number: null, text: null };
  return { rank: ranks.text, number: null, text: fold(text) };
}

/** Long texts are told apart by their beginning: an index must not hold whole pages. */
const comparedChars = 200;

function fold(text: string): string {
  return text.slice(0, comparedChars).normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
