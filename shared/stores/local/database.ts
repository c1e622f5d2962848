import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { HaltError } from '../../errors.ts';

/** Raise when the tables change, and say in `migrate` how an older file gets there. */
const schemaVersion = 3;

/** Waiting for another process's transaction, which lasts milliseconds unless the disk is stuck. */
const busyTimeoutMs = 30_000;

const tables = `
  CREATE TABLE runs (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, job TEXT NOT NULL, base_dir TEXT NOT NULL,
    state TEXT NOT NULL, started_at INTEGER NOT NULL, finished_at INTEGER, moved_at INTEGER, reason TEXT
  );
  CREATE TABLE counts (
    run INTEGER NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (run, name)
  ) WITHOUT ROWID;
  CREATE TABLE batches (
    run INTEGER NOT NULL, id TEXT NOT NULL, owner TEXT, fence INTEGER NOT NULL, until INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0, forwarded INTEGER NOT NULL DEFAULT 0,
    pages_granted INTEGER, items_granted INTEGER, PRIMARY KEY (run, id)
  ) WITHOUT ROWID;
  CREATE INDEX batches_by_owner ON batches (owner) WHERE owner IS NOT NULL;
  CREATE TABLE seen (
    run INTEGER NOT NULL, key TEXT NOT NULL, batch TEXT NOT NULL, PRIMARY KEY (run, key)
  ) WITHOUT ROWID;
  CREATE TABLE hosts (
    host TEXT PRIMARY KEY, last_end INTEGER NOT NULL DEFAULT 0, last_gap INTEGER NOT NULL DEFAULT 0,
    delayed_until INTEGER NOT NULL DEFAULT 0, learned_gap INTEGER, robots TEXT, line_run TEXT, line_end INTEGER
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

const lockTables = `
  CREATE TABLE locks (
    name TEXT PRIMARY KEY, fence INTEGER NOT NULL, holders TEXT NOT NULL, line TEXT NOT NULL, evicted TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE registers (name TEXT PRIMARY KEY, value TEXT, fence INTEGER NOT NULL) WITHOUT ROWID;
`;

type Row = Record<string, SQLOutputValue>;

/** A prepared statement. Each call throws `HaltError` STORE_FAILED when the disk is at fault. */
export interface Statement {
  run(...values: SQLInputValue[]): { changes: number | bigint };
  get(...values: SQLInputValue[]): Row | undefined;
  all(...values: SQLInputValue[]): Row[];
}

/** One SQLite file with everything a project's runs remember. */
export interface Database {
  /** Prepares once per connection. */
  prepare(sql: string): Statement;
  /** Runs `body` in one write transaction; other processes see all of it or nothing. */
  write<T>(body: () => T): T;
  /** Numbers stand for run ids in the other tables. */
  runNumber(id: string): number;
  close(): void;
}

/**
 * Opens the store, creating file, folder and tables if need be.
 * In WAL mode with `synchronous=NORMAL` a killed process loses nothing; a power cut may lose the last
 * transactions, of ledger, queue and outcomes alike, so the run goes on from a consistent moment.
 * Throws `HaltError` STORE_FAILED or STORE_OUTDATED.
 */
export function openDatabase(file: string): Database {
  const connection = connect(file);
  const statements = new Map<string, Statement>();
  const numbers = new Map<string, number>();

  const prepare = (sql: string): Statement => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = toStatement(connection.prepare(sql));
      statements.set(sql, statement);
    }
    return statement;
  };

  return {
    prepare,
    write: (body) => telling(() => transact(connection, body)),
    runNumber(id) {
      let number = numbers.get(id);
      if (number === undefined) {
        const row = prepare('SELECT number FROM runs WHERE id = ?').get(id);
        if (row === undefined) throw new HaltError('RUN_UNKNOWN', `no run ${id} in ${file}`);
        number = Number(row['number']);
        numbers.set(id, number);
      }
      return number;
    },
    close: () => connection.close(),
  };
}

function toStatement(prepared: StatementSync): Statement {
  return {
    run: (...values) => telling(() => prepared.run(...values)),
    get: (...values) => telling(() => prepared.get(...values)),
    all: (...values) => telling(() => prepared.all(...values)),
  };
}

/** Result codes (sqlite.org/rescode.html) that trying again does not mend: READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB. */
const lastingCodes = new Set([8, 10, 11, 13, 14, 26]);
const primaryCodeMask = 0xff;

function telling<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    const { errcode = 0, message } = error as { errcode?: number; message?: string };
    if (!lastingCodes.has(errcode & primaryCodeMask)) throw error;
    throw new HaltError('STORE_FAILED', `the store cannot be used: ${message}`, { cause: error });
  }
}

function connect(file: string): DatabaseSync {
  let connection: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    connection = new DatabaseSync(file, { timeout: busyTimeoutMs });
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    migrate(connection, file);
    return connection;
  } catch (error) {
    connection?.close();
    if (error instanceof HaltError) throw error;
    throw new HaltError('STORE_FAILED', `cannot open ${file}: ${(error as Error).message}`, { cause: error });
  }
}

function migrate(connection: DatabaseSync, file: string): void {
  const version = () => Number(connection.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version() === schemaVersion) return;
  transact(connection, () => {
    const found = version();
    if (found === schemaVersion) return;
    if (found === 2) {
      // Locks of that version guarded the fetch of a robots.txt alone.
      connection.exec(`DROP TABLE locks; ${lockTables} PRAGMA user_version = ${schemaVersion}`);
      return;
    }
    if (found !== 0) {
      throw new HaltError('STORE_OUTDATED', `${file} has version ${found}, this is version ${schemaVersion}`);
    }
    connection.exec(tables + lockTables);
    connection.exec(`PRAGMA user_version = ${schemaVersion}`);
  });
}

function transact<T>(connection: DatabaseSync, body: () => T): T {
  connection.exec('BEGIN IMMEDIATE');
  try {
    const result = body();
    connection.exec('COMMIT');
    return result;
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}
