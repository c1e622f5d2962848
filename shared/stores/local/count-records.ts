import type { Database } from './database.ts';

/** `run`: its number. */
export function addCount(database: Database, run: number, name: string, value: number): void {
  if (value === 0) return;
  database
    .prepare(
      `INSERT INTO counts (run, name, value) VALUES (?, ?, ?)
       ON CONFLICT (run, name) DO UPDATE SET value = value + excluded.value`,
    )
    .run(run, name, value);
}

/** 0 where nothing was counted. */
export function readCount(database: Database, run: number, name: string): number {
  const row = database.prepare('SELECT value FROM counts WHERE run = ? AND name = ?').get(run, name);
  return Number(row?.['value'] ?? 0);
}
