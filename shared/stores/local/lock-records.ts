import type { Ledger } from '../../coordination/ports.ts';
import type { Database } from './database.ts';

type LockPorts = Pick<Ledger, 'acquireLock' | 'renewLock' | 'releaseLock'>;

export function lockRecords(database: Database, now: () => number): LockPorts {
  return {
    async acquireLock(name, owner, leaseMs) {
      return database.write(() => {
        const at = now();
        const row = database.prepare('SELECT owner, fence, until FROM locks WHERE name = ?').get(name);
        const isHeld = row !== undefined && row['owner'] !== null && Number(row['until']) > at;
        if (isHeld) return { state: 'held', owner: String(row['owner']), until: Number(row['until']) };
        const fence = Number(row?.['fence'] ?? 0) + 1;
        const until = at + leaseMs;
        database
          .prepare('INSERT OR REPLACE INTO locks (name, owner, fence, until) VALUES (?, ?, ?, ?)')
          .run(name, owner, fence, until);
        return { state: 'mine', fence, until };
      });
    },

    async renewLock(name, owner, fence, leaseMs) {
      const { changes } = database
        .prepare('UPDATE locks SET until = ? WHERE name = ? AND owner = ? AND fence = ?')
        .run(now() + leaseMs, name, owner, fence);
      return changes > 0;
    },

    async releaseLock(name, owner, fence) {
      database
        .prepare('UPDATE locks SET owner = NULL, until = 0 WHERE name = ? AND owner = ? AND fence = ?')
        .run(name, owner, fence);
    },
  };
}
