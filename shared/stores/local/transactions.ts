import type { DatabaseSync } from 'node:sqlite';
import { HaltError } from '../../errors.ts';
import { keepLogShort } from './log-length.ts';
import { toStoreError, withStoreErrors } from './store-errors.ts';
import { makeWhenFree, type WhenFree } from './when-free.ts';

/** The statements of one connection, and when they are committed. See `Database`. */
export interface Transactions {
  write<T>(body: () => T): T;
  gather<T>(body: () => T): T;
  keep<T>(body: () => T): Promise<T>;
  /** A statement that writes: part of the body that runs it; outside of any, committed on return. */
  alone<T>(statement: () => T): T;
  /** A statement that reads. */
  look<T>(statement: () => T): T;
  /** Commits what was gathered. */
  settle(): void;
}

/**
 * The one group that is open in this process. A write on another connection commits it first, since it would wait
 * for a lock of its own process.
 */
let openGroup: { settle(): void } | undefined;

/**
 * Of a connection to this file. Each call throws `HaltError` STORE_BUSY when others do not let it in for too long, and
 * STORE_FAILED when the disk fails; all later ones do when a group was lost.
 */
export function openTransactions(connection: DatabaseSync, file: string, whenFree: WhenFree): Transactions {
  const statements = {
    begin: connection.prepare('BEGIN IMMEDIATE'),
    commit: connection.prepare('COMMIT'),
    rollback: connection.prepare('ROLLBACK'),
    mark: connection.prepare('SAVEPOINT body'),
    keep: connection.prepare('RELEASE body'),
    undo: connection.prepare('ROLLBACK TO body'),
  };
  let isInBody = false;
  /** Bodies of the open group whose callers were answered. */
  let doneInGroup = 0;
  /** Of the open group: those who wait for its end. */
  let ending: PromiseWithResolvers<void> | undefined;
  let lost: HaltError | undefined;
  const afterCommit = keepLogShort(connection);
  // What was answered as done must not be lost for others, however little the other calls wait.
  const commitWhenFree = makeWhenFree(file);

  /** After this only a new process sees the true state. */
  const lose = (cause: unknown): void => {
    lost = new HaltError('STORE_FAILED', 'what was answered as done could not be kept', { cause });
  };

  /** The group is over: committed, or by this error it is not. */
  const endGroup = (error?: unknown): void => {
    openGroup = undefined;
    if (error !== undefined && doneInGroup > 0) lose(error);
    doneInGroup = 0;
    if (error === undefined) ending?.resolve();
    else ending?.reject(toStoreError(error, file));
    ending = undefined;
  };

  const group = {
    settle() {
      try {
        // Without a log, readers of the file are waited for here.
        commitWhenFree(() => statements.commit.run());
      } catch (error) {
        endGroup(error);
        if (connection.isTransaction) statements.rollback.run();
        throw error;
      }
      endGroup();
      afterCommit();
    },
  };
  const settleAtEnd = () => {
    if (openGroup !== group) return;
    try {
      group.settle();
    } catch {
      // The next call throws it.
    }
  };
  const settle = () => {
    if (openGroup === group) group.settle();
  };

  const enter = (): void => {
    if (openGroup !== undefined && openGroup !== group) openGroup.settle();
    if (lost !== undefined) throw lost;
  };

  /** SQLite may roll back the whole transaction by itself, as when the disk is full. */
  const noteRollback = (error: unknown): void => {
    if (openGroup === group && !connection.isTransaction) endGroup(error);
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
      whenFree(() => statements.begin.run());
      openGroup = group;
      // After all promises that are now being settled, since the steps of a batch follow one another as such.
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
      // Its caller gets the error.
      doneInGroup -= 1;
      return result;
    } finally {
      settle();
    }
  };

  const keep = async <T>(body: () => T): Promise<T> => {
    const result = withStoreErrors(file, () => run(body));
    // Its caller gets the error.
    doneInGroup -= 1;
    ending ??= Promise.withResolvers();
    await ending.promise;
    return result;
  };

  return {
    keep,
    gather: (body) => withStoreErrors(file, () => run(body)),
    write: (body) => withStoreErrors(file, () => write(body)),
    alone: (statement) =>
      withStoreErrors(file, () => {
        if (isInBody) return statement();
        enter();
        return openGroup === group ? write(statement) : whenFree(statement);
      }),
    look: (statement) =>
      withStoreErrors(file, () => {
        if (isInBody) return statement();
        enter();
        try {
          return whenFree(statement);
        } catch (error) {
          noteRollback(error);
          throw error;
        }
      }),
    settle: () => withStoreErrors(file, settle),
  };
}
