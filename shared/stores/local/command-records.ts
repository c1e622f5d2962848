import { hostname } from 'node:os';
import type { Database } from './database.ts';

/** Which commands work on which runs, so that others can tell a run that goes on from one that was left. */
export interface CommandRecords {
  /** This process works on the runs; to be said again every `beatMs`. */
  heartbeat(runs: string[]): void;
  /** It works on none any more. */
  leave(): void;
  /** Whether some process works on the run. Of a process of this machine that was killed it is known at once. */
  isWorkedOn(run: string): boolean;
}

export const beatMs = 1_000;

/** A command that was silent for so long works no more: its process is stopped, or another has its number now. */
const silentMs = 15_000;

export function commandRecords(database: Database, now: () => number = Date.now): CommandRecords {
  const machine = hostname();
  return {
    heartbeat(runs) {
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
    leave() {
      database.prepare('DELETE FROM commands WHERE machine = ? AND pid = ?').run(machine, process.pid);
    },
    isWorkedOn(run) {
      return database
        .prepare('SELECT machine, pid FROM commands WHERE run = ? AND seen_at > ?')
        .all(run, now() - silentMs)
        .some((row) => row['machine'] !== machine || isAlive(Number(row['pid'])));
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    // Signal 0 is sent to nobody, and tells whether somebody is there (kill(2)).
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
