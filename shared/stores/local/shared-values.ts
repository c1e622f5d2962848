import type { CounterStore, RegisterStore } from '../../coordination/ports.ts';
import type { Database } from './database.ts';

/** Counters and registers; each statement is a transaction of its own. */
export function sharedValues(database: Database): CounterStore & RegisterStore {
  return {
    async addToCounter(name, amount) {
      database
        .prepare(
          `INSERT INTO counters (name, value) VALUES (?, ?)
           ON CONFLICT (name) DO UPDATE SET value = value + excluded.value`,
        )
        .run(name, amount);
    },

    async readCounter(name) {
      return Number(database.prepare('SELECT value FROM counters WHERE name = ?').get(name)?.['value'] ?? 0);
    },

    async readRegister(name, fence) {
      if (fence !== undefined) {
        database
          .prepare(
            `INSERT INTO registers (name, fence) VALUES (?, ?)
             ON CONFLICT (name) DO UPDATE SET fence = max(fence, excluded.fence)`,
          )
          .run(name, fence);
      }
      const row = database.prepare('SELECT value, fence FROM registers WHERE name = ?').get(name);
      if (row === undefined) return { value: undefined, fence: 0 };
      const value = row['value'] === null ? undefined : JSON.parse(String(row['value']));
      return { value, fence: Number(row['fence']) };
    },

    async writeRegister(name, value, fence) {
      const { changes } = database
        .prepare(
          `INSERT INTO registers (name, value, fence) VALUES (?1, ?2, coalesce(?3, 0))
           ON CONFLICT (name) DO UPDATE SET value = excluded.value, fence = max(fence, excluded.fence)
           WHERE ?3 IS NULL OR fence <= ?3`,
        )
        .run(name, JSON.stringify(value), fence ?? null);
      return changes > 0;
    },
  };
}
