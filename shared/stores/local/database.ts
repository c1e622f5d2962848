import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { setImmediate as afterEvents } from 'node:timers/promises';
import { HaltError } from '../../errors.ts';
import { migrate } from './schema.ts';
import { openTransactions, type Transactions } from './transactions.ts';
import { makeWhenFree, type WhenFree } from './when-free.ts';

/** The cache is 8 MB (docs/benchmarks.md). */
const pragmas = `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8000;`;

/**
 * Where SQLite keeps the pages that a body has changed as they were before it, until it is over. By itself it writes them to
 * a file once they are more than sixteen, as those of any admission are: as much again as the transaction.
 */
const undoInMemory = 'PRAGMA temp_store = MEMORY';

type Row = Record<string, SQLOutputValue>;

/**
 * A prepared statement. One that writes outside of `write` and `gather` is a transaction of its own. Each call
 * throws `HaltError` STORE_BUSY when other processes do not let it in for too long, and STORE_FAILED when the disk fails.
 */
export interface Statement {
  run(...values: SQLInputValue[]): { changes: number | bigint };
  get(...values: SQLInputValue[]): Row | undefined;
  all(...values: SQLInputValue[]): Row[];
}

/** One SQLite file for all runs of a project. */
export interface Database {
  /** Prepares the statement once per connection. */
  prepare(sql: string): Statement;
  /** Runs `body` in one write transaction, committed on return; other processes see all of it or nothing. */
  write<T>(body: () => T): T;
  /**
   * Like `write`, but committed slightly later, in one transaction with all bodies that are gathered until the
   * promises now being settled are: for changes that may be lost together when the process is killed. Nothing is
   * committed before what was gathered or written earlier, and this process sees all of it at once.
   */
  gather<T>(body: () => T): T;
  /**
   * Like `gather`, but answered when it is committed: for changes that something outside follows, of as many batches as
   * ask at once.
   */
  keep<T>(body: () => T): Promise<T>;
  /**
   * Resolves when the events that came together have been handled, for all who asked meanwhile: what they gather next is
   * one transaction.
   */
  together(): Promise<void>;
  /** The number that stands for the run's id in the other tables. */
  runNumber(id: string): number;
  /** The run is deleted: another run with that id gets another number. */
  dropRunNumber(id: string): void;
  close(): void;
}

/**
 * Opens the store, and creates file, folder and tables if needed. In WAL mode with `synchronous=NORMAL` a killed
 * process loses nothing; a power cut may lose the last transactions, of ledger, queue and outcomes alike, so the
 * run goes on from a consistent state. Throws `HaltError` STORE_BUSY, STORE_FAILED or STORE_OUTDATED.
 */
export function openDatabase(file: string, options: { maxWaitMs?: number } = {}): Database {
  const whenFree = makeWhenFree(file, options.maxWaitMs);
  const { connection, transactions } = connect(file, whenFree);
  const statements = new Map<string, Statement>();
  const numbers = new Map<string, number>();
  let turn: Promise<void> | undefined;

  const prepare = (sql: string): Statement => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = toStatement(
        transactions.look(() => connection.prepare(sql)),
        transactions,
      );
      statements.set(sql, statement);
    }
    return statement;
  };

  return {
    prepare,
    write: transactions.write,
    gather: transactions.gather,
    keep: transactions.keep,
    together() {
      turn ??= afterEvents().then(() => {
        turn = undefined;
      });
      return turn;
    },
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
    dropRunNumber(id) {
      numbers.delete(id);
    },
    close() {
      try {
        transactions.settle();
      } finally {
        connection.close();
      }
    },
  };
}

function toStatement(prepared: StatementSync, transactions: Transactions): Statement {
  return {
    run: (...values) => transactions.alone(() => prepared.run(...values)),
    get: (...values) => transactions.look(() => prepared.get(...values)),
    all: (...values) => transactions.look(() => prepared.all(...values)),
  };
}

function connect(file: string, whenFree: WhenFree): { connection: DatabaseSync; transactions: Transactions } {
  try {
    return openPrivate(file, (connection) => {
      whenFree(() => connection.exec(pragmas));
      migrate(connection, file, whenFree);
      // Not before: what a migration sorts may be large.
      connection.exec(undoInMemory);
      return { connection, transactions: whenFree(() => openTransactions(connection, file, whenFree)) };
    });
  } catch (error) {
    if (error instanceof HaltError) throw error;
    throw new HaltError('STORE_FAILED', `cannot open ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Opens a file for its owner alone, in a folder that is made if needed, and returns what `prepare` makes of the connection,
 * which is closed where that throws. Whoever waits for other processes does so by `whenFree`.
 */
export function openPrivate<T>(file: string, prepare: (connection: DatabaseSync) => T): T {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  keepPrivate(file);
  const connection = new DatabaseSync(file, { timeout: 0 });
  try {
    return prepare(connection);
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * The store holds texts of pages, and possibly session data: only its owner may read it, whatever the umask.
 * SQLite gives its log and index files the permissions of the file itself ("Atomic Commit", sqlite.org).
 */
function keepPrivate(file: string): void {
  if (file === ':memory:' || file === '') return;
  closeSync(openSync(file, 'a', 0o600));
  try {
    chmodSync(file, 0o600);
  } catch {
    // The file belongs to another owner, or the file system has no permissions: nothing to change.
  }
}
