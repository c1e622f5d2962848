import { grantLock, type LockRecord, withoutClaim } from '../../coordination/lock-grant.ts';
import type { LockStore } from '../../coordination/ports.ts';
import type { Database } from './database.ts';

export function lockRecords(database: Database, now: () => number): LockStore {
  return {
    lookMs: { next: 1, others: 20 },

    async acquireLock(request) {
      // Those who wait look often, and must not queue for the write lock.
      const seen = grantLock(readLock(database, request.name), request, now());
      if (seen.kept === undefined) return seen.answer;
      return database.write(() => {
        const { answer, kept } = grantLock(readLock(database, request.name), request, now());
        if (kept !== undefined) keep(database, request.name, kept);
        return answer;
      });
    },

    async renewLock(name, claim, leaseMs) {
      const at = now();
      return database.write(() => {
        const record = readLock(database, name);
        const held = record?.holders.find((holder) => holder.claim === claim);
        if (record === undefined || held === undefined) return false;
        held.until = Math.max(held.until, at + leaseMs);
        keep(database, name, record);
        return true;
      });
    },

    async releaseLock(name, claim) {
      return database.write(() => release(database, name, claim));
    },
  };
}

/** Ends what a process that is known dead holds or waits for; its claims begin with its name and `#`. */
export function releaseLocksOf(database: Database, owner: string): void {
  database.write(() => {
    const isInUse = "holders <> '[]' OR line <> '[]'";
    for (const { name } of database.prepare(`SELECT name FROM locks WHERE ${isInUse}`).all()) {
      const record = readLock(database, String(name));
      const claims = [...(record?.holders ?? []), ...(record?.line ?? [])].map(({ claim }) => claim);
      for (const claim of claims) {
        if (claim.startsWith(`${owner}#`)) release(database, String(name), claim);
      }
    }
  });
}

function release(database: Database, name: string, claim: string): boolean {
  const record = readLock(database, name);
  const kept = withoutClaim(record, claim);
  if (kept !== undefined) keep(database, name, kept);
  return record?.evicted.includes(claim) !== true;
}

function readLock(database: Database, name: string): LockRecord | undefined {
  const row = database.prepare('SELECT fence, holders, line, evicted FROM locks WHERE name = ?').get(name);
  if (row === undefined) return undefined;
  return {
    fence: Number(row['fence']),
    holders: JSON.parse(String(row['holders'])),
    line: JSON.parse(String(row['line'])),
    evicted: JSON.parse(String(row['evicted'])),
  };
}

function keep(database: Database, name: string, { fence, holders, line, evicted }: LockRecord): void {
  database
    .prepare('INSERT OR REPLACE INTO locks (name, fence, holders, line, evicted) VALUES (?, ?, ?, ?, ?)')
    .run(name, fence, ...[holders, line, evicted].map((list) => JSON.stringify(list)));
}
