import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { storeFile } from '../engine/world.ts';
import type { Disk } from './record.ts';

/** Whole numbers from 0 to `below` - 1. */
export type Choose = (below: number) => number;

/**
 * What a power cut leaves of what was written and not flushed yet. A log is flushed before it is carried over into
 * the database, and the database before the log is begun anew (sqlite.org/wal.html, "Checkpointing"): so either what
 * came to the log since may be damaged, or the database in any of the pages that the log still has.
 */
export const cuts: Record<string, (disk: Disk, earlier: Disk, choose: Choose) => Disk> = {
  'the log ends': (disk, _, choose) => ({ ...disk, log: disk.log.subarray(0, placeIn(disk, choose)) }),

  'the log goes on with what was there before': (disk, earlier, choose) => {
    const from = placeIn(disk, choose);
    return { ...disk, log: Buffer.concat([disk.log.subarray(0, from), earlier.log.subarray(from)]) };
  },

  'the log goes on with anything': (disk, _, choose) => {
    const log = Buffer.from(disk.log);
    for (let at = placeIn(disk, choose); at < log.length; at += 1) log[at] = choose(256);
    return { ...disk, log };
  },

  'a sector of the log was not written': (disk, _, choose) => {
    const log = Buffer.from(disk.log);
    const from = placeIn(disk, choose);
    log.fill(0, from, Math.min(log.length, from + sectorBytes));
    return { ...disk, log };
  },

  'the log was being carried over': (disk, _, choose) => {
    const after = carriedOver(disk);
    const database = Buffer.from(after);
    for (let at = 0; at < disk.database.length; at += sectorBytes) {
      if (choose(2) === 0) disk.database.copy(database, at, at, at + sectorBytes);
    }
    const length = Math.max(disk.database.length, choose(after.length + 1));
    return { ...disk, database: database.subarray(0, length) };
  },
};

/** What a disk writes as a whole. */
const sectorBytes = 512;

/** A place in the log behind what was flushed. */
function placeIn({ log, flushedBytes }: Disk, choose: Choose): number {
  return flushedBytes + choose(log.length - flushedBytes + 1);
}

export function writeDisk({ database, log }: Disk, folder: string): void {
  writeFileSync(join(folder, storeFile), database);
  writeFileSync(join(folder, `${storeFile}-wal`), log);
}

/** The database when all of the log is in it. */
function carriedOver(disk: Disk): Buffer {
  return changed(disk, () => undefined);
}

/** One moment's disk with one table of another's, as if each port had a file of its own. */
export function withTableOf(other: Disk, disk: Disk, table: string): Disk {
  const folder = temporaryFolder();
  try {
    writeDisk(other, folder.path);
    const database = changed(disk, (connection) => {
      connection.exec(`ATTACH '${join(folder.path, storeFile)}' AS other;
        DELETE FROM main.${table}; INSERT INTO main.${table} SELECT * FROM other.${table}; DETACH other;`);
    });
    return { database, log: Buffer.alloc(0), flushedBytes: 0 };
  } finally {
    folder.remove();
  }
}

/** The database after a change, with all of the log in it. */
function changed(disk: Disk, change: (connection: DatabaseSync) => void): Buffer {
  const folder = temporaryFolder();
  try {
    writeDisk(disk, folder.path);
    const file = join(folder.path, storeFile);
    const connection = new DatabaseSync(file);
    change(connection);
    connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    connection.close();
    return readFileSync(file);
  } finally {
    folder.remove();
  }
}
