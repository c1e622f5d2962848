import type { DatabaseSync } from 'node:sqlite';
import { HaltError } from '../../errors.ts';

/** What happens on one connection, and when it is kept. See `Database`. */
export interface Transactions {
  write<T>(body: () => T): T;
  gather<T>(body: () => T): T;
  /** A statement that writes: part of the body that runs it; outside of any, kept on return. */
  alone<T>(statement: () => T): T;
  /** A statement that reads. */
  look<T>(statement: () => T): T;
  /** Keeps what was gathered. */
  settle(): void;
}

/**
 * The one group that is open in this process: whoever uses another connection settles it first, for it
 * would wait for itself.
 */
let openGroup: { settle(): void } | undefined;

/** Each call throws `HaltError` STORE_FAILED when the disk is at fault; all later ones do when a group was lost. */
export function openTransactions(connection: DatabaseSync): Transactions {
  const statements = {
    begin: connection.prepare('BEGIN IMMEDIATE'),
    commit: connection.prepare('COMMIT'),
    rollback: connection.prepare('ROLLBACK'),
    mark: connection.prepare('SAVEPOINT body'),
    keep: connection.prepare('RELEASE body'),
    undo: connection.prepare('ROLLBACK TO body'),
  };
  let isInBody = false;
  /** Bodies of the open group that were answered as done. */
  let doneInGroup = 0;
  let lost: HaltError | undefined;

  /** Only a process that starts anew sees what is true. */
  const lose = (cause: unknown): void => {
    lost = new HaltError('STORE_FAILED', 'what was answered as done could not be kept', { cause });
  };

  const group = {
    settle() {
      openGroup = undefined;
      const count = doneInGroup;
      doneInGroup = 0;
      try {
        statements.commit.run();
      } catch (error) {
        if (count > 0) lose(error);
        if (connection.isTransaction) statements.rollback.run();
        throw error;
      }
    },
  };
  const settleAtEnd = () => {
    if (openGroup !== group) return;
    try {
      group.settle();
    } catch {
      // The next call tells.
    }
  };
  const settle = () => {
    if (openGroup === group) group.settle();
  };

  const enter = (): void => {
    if (openGroup !== undefined && openGroup !== group) openGroup.settle();
    if (lost !== undefined) throw lost;
  };

  /** SQLite may roll all of it back by itself, as when the disk is full. */
  const noteRollback = (error: unknown): void => {
    if (openGroup !== group || connection.isTransaction) return;
    openGroup = undefined;
    if (doneInGroup > 0) lose(error);
    doneInGroup = 0;
  };

  const undo = (error: unknown): void => {
    noteRollback(error);
    if (!connection.isTransaction) return;
    statements.undo.run();
    statements.keep.run();
  };

  const run = <T>(body: () => T): T => {
    if (isInBody) return body();
    enter();
    if (openGroup === undefined) {
      statements.begin.run();
      openGroup = group;
      // After all promises that are now being settled: a batch's steps follow one another as such.
      process.nextTick(settleAtEnd);
    }
    statements.mark.run();
    isInBody = true;
    try {
      const result = body();
      statements.keep.run();
      doneInGroup += 1;
      return result;
    } catch (error) {
      undo(error);
      throw error;
    } finally {
      isInBody = false;
    }
  };

  const write = <T>(body: () => T): T => {
    if (isInBody) return body();
    try {
      const result = run(body);
      // Its caller hears how it ends.
      doneInGroup -= 1;
      return result;
    } finally {
      settle();
    }
  };

  return {
    gather: (body) => withStoreErrors(() => run(body)),
    write: (body) => withStoreErrors(() => write(body)),
    alone: (statement) =>
      withStoreErrors(() => {
        if (isInBody) return statement();
        enter();
        return openGroup === group ? write(statement) : statement();
      }),
    look: (statement) =>
      withStoreErrors(() => {
        if (isInBody) return statement();
        enter();
        try {
          return statement();
        } catch (error) {
          noteRollback(error);
          throw error;
        }
      }),
    settle: () => withStoreErrors(settle),
  };
}

/** Result codes (sqlite.org/rescode.html) that trying again does not mend: READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB. */
const lastingCodes = new Set([8, 10, 11, 13, 14, 26]);
const primaryCodeMask = 0xff;

function withStoreErrors<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    const { errcode = 0, message } = error as { errcode?: number; message?: string };
    if (!lastingCodes.has(errcode & primaryCodeMask)) throw error;
    throw new HaltError('STORE_FAILED', `the store cannot be used: ${message}`, { cause: error });
  }
}
