import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/**
 * The processes that keep others from writing to the store, as far as the system says: those with a lock for writing on one
 * of its files, by `/proc/locks` (proc_locks(5)). SQLite's locks are such, on the file of the shared index where there is
 * a log ("WAL-mode File Format", sqlite.org). Empty on systems without it, and for processes of others, whose
 * files are not shown.
 */
export function findLockHolders(file: string): number[] {
  const inodes = new Map([file, `${file}-shm`].flatMap((path) => entryOf(path)));
  const holders = readLocks().flatMap(({ pid, inode }) => {
    const path = inodes.get(inode);
    return path !== undefined && hasOpen(pid, path) ? [pid] : [];
  });
  return [...new Set(holders)].filter((pid) => pid !== process.pid);
}

function entryOf(path: string): [inode: string, path: string][] {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? [] : [[String(found.ino), path]];
}

/** Lines such as `1: POSIX  ADVISORY  WRITE 4321 fe:00:9978060 120 120`; those of who waits have an arrow more. */
function readLocks(): { pid: number; inode: string }[] {
  return readOrNothing('/proc/locks')
    .split('\n')
    .flatMap((line) => {
      const [, kind, , access, pid, place = ''] = line.split(/\s+/);
      if (kind !== 'POSIX' || access !== 'WRITE') return [];
      return [{ pid: Number(pid), inode: place.slice(place.lastIndexOf(':') + 1) }];
    });
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Another system, or one that does not show it: who holds the lock stays unknown.
    return '';
  }
}

/** Files of two disks may have the same inode number. */
function hasOpen(pid: number, path: string): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).some((name) => readlinkSync(`${folder}/${name}`) === path);
  } catch {
    return false;
  }
}
