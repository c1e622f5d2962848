import { hostname } from 'node:os';
import { isProcessAlive } from '../../is-process-alive.ts';
import type { Database } from './database.ts';

/**
 * Which commands work on which runs, so that others can distinguish a run that goes on from one that was
 * abandoned.
 */
export interface CommandRecords {
  /** This process works on the runs; to be repeated every `beatMs`. */
  heartbeat(runs: string[]): Promise<void>;
  /** This process works on no run any more. */
  leave(): Promise<void>;
  /** Whether some process works on the run. A killed process of this machine is recognised at once. */
  isWorkedOn(run: string): Promise<boolean>;
}

export const beatMs = 1_000;

/**
 * After this long without a heartbeat a command counts as ended: its process is stopped, or another has its
 * process id now.
 */
const silentMs = 15_000;

export function commandRecords(database: Database, now: () => number = Date.now): CommandRecords {
  const machine = hostname();
  return {
    async heartbeat(runs) {
      database.write(() => {
        for (const run of runs) {
          database
            .prepare(
              `INSERT INTO commands (run, machine, pid, seen_at) VALUES (?, ?, ?, ?)
               ON CONFLICT (run, machine, pid) DO UPDATE SET seen_at = excluded.seen_at`,
            )
            .run(run, machine, process.pid, now());
        }
        database.prepare('DELETE FROM commands WHERE seen_at <= ?').run(now() - silentMs);
      });
    },
    async leave() {
      database.prepare('DELETE FROM commands WHERE machine = ? AND pid = ?').run(machine, process.pid);
    },
    async isWorkedOn(run) {
      return database
        .prepare('SELECT machine, pid FROM commands WHERE run = ? AND seen_at > ?')
        .all(run, now() - silentMs)
        .some((row) => row['machine'] !== machine || isProcessAlive(Number(row['pid'])));
    },
  };
}
