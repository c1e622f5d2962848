import { DatabaseSync } from 'node:sqlite';
import { HaltError } from '../../errors.ts';
import { remedyForNewer, stateOfVersion, type VersionState, versionOf } from './schema.ts';
import { isBusy } from './store-errors.ts';
import { makeWhenFree } from './when-free.ts';

/** What was found out about a store file. */
export interface StoreInspection {
  version: number;
  /** The version that this Spinneret writes. */
  ownVersion: number;
  /** `older`: it is migrated when it is opened. `lost`: it is too old for that. */
  state: VersionState;
  /** What to do about its version, if anything. */
  remedy: string;
  /** What SQLite's `quick_check` finds; at most ten lines. A store of another version is not checked. */
  problems: string[];
}

/** Who asks looks at a terminal. */
const maxWaitMs = 2_000;

/**
 * Inspects a store and changes nothing. It reads the whole file, which may take minutes, and blocks the process.
 * Throws `HaltError` STORE_FAILED when the file cannot be read, or is no store, and STORE_BUSY when another process
 * does not let it be read.
 */
export function inspectStore(file: string): StoreInspection {
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(file, { readOnly: true, timeout: 0 });
    const opened = connection;
    const whenFree = makeWhenFree(file, maxWaitMs);
    const version = whenFree(() => versionOf(opened));
    const { state, ownVersion } = stateOfVersion(version);
    const isReadable = state === 'own' || state === 'older';
    const remedy =
      state === 'newer' ? remedyForNewer : 'Move the file away, or use the version that wrote it.';
    return {
      version,
      ownVersion,
      state,
      remedy,
      problems: isReadable ? whenFree(() => quickCheck(opened)) : [],
    };
  } catch (error) {
    if (error instanceof HaltError) throw error;
    throw new HaltError('STORE_FAILED', `cannot read ${file}: ${(error as Error).message}`, { cause: error });
  } finally {
    connection?.close();
  }
}

function quickCheck(connection: DatabaseSync): string[] {
  try {
    const rows = connection.prepare('PRAGMA quick_check(10)').all();
    const lines = rows.map((row) => String(row['quick_check']));
    return lines[0] === 'ok' ? [] : lines;
  } catch (error) {
    if (isBusy(error)) throw error;
    // The file is damaged where the check itself cannot continue.
    return [(error as Error).message];
  }
}
