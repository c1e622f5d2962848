import { grantLock, type LockEntry, type LockRecord, withoutToken } from '../../coordination/lock-grant.ts';
import type { LockStore } from '../../coordination/ports.ts';
import type { Database } from './database.ts';

export function lockRecords(database: Database, now: () => number): LockStore {
  return {
    lookMs: { next: 1, others: 20 },

    async acquireLock(request) {
      // Waiters ask often, and must not queue for the write lock.
      const seen = grantLock(readLock(database, request.name), request, now());
      if (seen.kept === undefined) return seen.answer;
      return database.write(() => {
        const { answer, kept } = grantLock(readLock(database, request.name), request, now());
        if (kept !== undefined) keep(database, request.name, kept);
        return answer;
      });
    },

    async renewLock(name, token, leaseMs) {
      const at = now();
      return database.write(() => {
        const record = readLock(database, name);
        const held = record?.holders.find((holder) => holder.token === token);
        if (record === undefined || held === undefined) return false;
        held.until = Math.max(held.until, at + leaseMs);
        keep(database, name, record);
        return true;
      });
    },

    async releaseLock(name, token) {
      return database.write(() => release(database, name, token));
    },
  };
}

/** Releases what a process that is known to be dead holds or waits for; its tokens begin with its name and `#`. */
export function releaseLocksOf(database: Database, owner: string): void {
  database.write(() => {
    const isInUse = "holders <> '[]' OR line <> '[]'";
    for (const { name } of database.prepare(`SELECT name FROM locks WHERE ${isInUse}`).all()) {
      const record = readLock(database, String(name));
      const tokens = [...(record?.holders ?? []), ...(record?.line ?? [])].map(({ token }) => token);
      for (const token of tokens) {
        if (token.startsWith(`${owner}#`)) release(database, String(name), token);
      }
    }
  });
}

function release(database: Database, name: string, token: string): boolean {
  const record = readLock(database, name);
  const kept = withoutToken(record, token);
  if (kept !== undefined) keep(database, name, kept);
  return record?.evicted.includes(token) !== true;
}

function readLock(database: Database, name: string): LockRecord | undefined {
  const row = database.prepare('SELECT fence, holders, line, evicted FROM locks WHERE name = ?').get(name);
  if (row === undefined) return undefined;
  return {
    fence: Number(row['fence']),
    holders: readEntries(row['holders']),
    line: readEntries(row['line']),
    evicted: JSON.parse(String(row['evicted'])),
  };
}

function keep(database: Database, name: string, { fence, holders, line, evicted }: LockRecord): void {
  database
    .prepare('INSERT OR REPLACE INTO locks (name, fence, holders, line, evicted) VALUES (?, ?, ?, ?, ?)')
    .run(
      name,
      fence,
      ...[holders.map(toStored), line.map(toStored), evicted].map((list) => JSON.stringify(list)),
    );
}

/** A token is stored as `claim`, the name that files of earlier versions have. */
interface StoredEntry {
  claim: string;
  until: number;
}

function toStored({ token, until }: LockEntry): StoredEntry {
  return { claim: token, until };
}

function readEntries(text: unknown): LockEntry[] {
  const stored: StoredEntry[] = JSON.parse(String(text));
  return stored.map(({ claim, until }) => ({ token: claim, until }));
}
