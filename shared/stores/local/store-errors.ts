import { HaltError } from '../../errors.ts';
import { findLockHolders } from './lock-holder.ts';

/** Primary result codes of SQLite (sqlite.org/rescode.html); those that the driver throws have a reason in higher bits. */
const primaryCodeMask = 0xff;
/** BUSY, and PROTOCOL, which is a race for the log that SQLite has given up on. */
const busyCodes = new Set([5, 15]);
/** What disk, file system, memory or the file itself is at fault for: PERM, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOLFS, NOTADB. */
const lastingCodes = new Set([3, 7, 8, 10, 11, 13, 14, 22, 26]);

function primaryCodeOf(error: unknown): number {
  return ((error as { errcode?: number }).errcode ?? 0) & primaryCodeMask;
}

/** Another connection is in the way: the call may succeed later. */
export function isBusy(error: unknown): boolean {
  return busyCodes.has(primaryCodeOf(error));
}

/** `HaltError` STORE_FAILED or STORE_BUSY for what the store's machine is at fault for; all else as it is. */
export function toStoreError(error: unknown, file: string): unknown {
  if (isBusy(error)) return busyError(file, 'another process is using it', error);
  if (!lastingCodes.has(primaryCodeOf(error))) return error;
  return new HaltError('STORE_FAILED', `${file} cannot be used: ${(error as Error).message}`, {
    cause: error,
  });
}

/** The store was not free for so long. */
export function gaveUpError(file: string, afterMs: number, cause: unknown): HaltError {
  return busyError(file, `not free within ${afterMs / 1_000} s`, cause);
}

function busyError(file: string, why: string, cause: unknown): HaltError {
  const holders = findLockHolders(file);
  const who = holders.length === 0 ? '' : `; locked by process ${holders.join(', ')}`;
  return new HaltError('STORE_BUSY', `${file}: ${why}${who}`, { cause });
}

/** Runs the call; what SQLite throws comes out as `toStoreError` makes it. */
export function withStoreErrors<T>(file: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw toStoreError(error, file);
  }
}
