import type { Ledger } from '../../coordination/ports.ts';
import { readStoredReason, storeReason } from '../../coordination/stored-reason.ts';
import type { Reason } from '../../errors.ts';
import type { Counts, Json, Run, RunState } from '../../model.ts';
import type { Database } from './database.ts';

type RunPorts = Pick<Ledger, 'createRun' | 'readRun' | 'listRuns' | 'moveRun' | 'readCounts'>;

/** SQLite: a negative LIMIT means no limit. */
const everything = -1;

/** Larger than any before: the numbers of forgotten runs stay in `counts` (`forget-runs.ts`). */
const freshNumber = `(SELECT 1 + max(number)
  FROM (SELECT coalesce(max(number), 0) AS number FROM runs UNION ALL SELECT max(run) FROM counts))`;

export function runRecords(database: Database, now: () => number): RunPorts {
  /** Cached, since a run's job never changes, may be long, and the run is read for every batch. */
  const jobs = new Map<string, Json>();
  return {
    async createRun(run) {
      return database.write(() => {
        const { changes } = database
          .prepare(
            `INSERT OR IGNORE INTO runs (number, id, job, base_dir, state, started_at)
             VALUES (${freshNumber}, ?, ?, ?, ?, ?)`,
          )
          .run(run.id, JSON.stringify(run.job), run.baseDir, run.state, run.startedAt);
        if (changes === 0) return 'exists';
        database
          .prepare("INSERT INTO counts (run, name, value) VALUES (?, 'open', 1)")
          .run(database.runNumber(run.id));
        return 'created';
      });
    },

    async readRun(id) {
      const job = jobs.get(id);
      const columns =
        job === undefined
          ? '*'
          : 'id, base_dir, state, started_at, finished_at, moved_at, reason, reason_code, reason_message';
      const row = database.prepare(`SELECT ${columns} FROM runs WHERE id = ?`).get(id);
      if (row === undefined) return undefined;
      const run = toRun(row, job);
      jobs.set(id, run.job);
      return run;
    },

    async listRuns(limit = everything) {
      return database
        .prepare('SELECT * FROM runs ORDER BY started_at DESC, number DESC LIMIT ?')
        .all(limit)
        .map((row) => toRun(row));
    },

    async moveRun(id, from, to, reason) {
      const at = now();
      const finishedAt = to === 'finished' || to === 'cancelled' ? at : null;
      const { changes } = database
        .prepare(
          `UPDATE runs SET state = ?, finished_at = coalesce(?, finished_at), moved_at = ?,
             reason = ?, reason_code = ?, reason_message = ?
           WHERE id = ? AND state IN (SELECT value FROM json_each(?))`,
        )
        .run(to, finishedAt, at, ...reasonValues(reason), id, JSON.stringify(from));
      return changes > 0;
    },

    async readCounts(run) {
      const rows = database
        .prepare('SELECT name, value FROM counts WHERE run = ?')
        .all(database.runNumber(run));
      const counts: Counts = {};
      for (const row of rows) counts[String(row['name'])] = Number(row['value']);
      return counts;
    },
  };
}

function toRun(row: Record<string, unknown>, job?: Json): Run {
  return {
    id: String(row['id']),
    job: job ?? JSON.parse(String(row['job'])),
    baseDir: String(row['base_dir']),
    state: row['state'] as RunState,
    startedAt: Number(row['started_at']),
    ...(row['finished_at'] === null ? {} : { finishedAt: Number(row['finished_at']) }),
    ...(row['moved_at'] === null ? {} : { movedAt: Number(row['moved_at']) }),
    ...reasonOf(row),
  };
}

/** The values of `reason`, `reason_code` and `reason_message`. */
function reasonValues(reason: Reason | undefined): (string | null)[] {
  if (reason === undefined) return [null, null, null];
  const { text, code, message } = storeReason(reason);
  return [text, code, message];
}

function reasonOf(row: Record<string, unknown>): Pick<Run, 'reason'> {
  const [text, code, message] = ['reason', 'reason_code', 'reason_message'].map((column) =>
    row[column] === null ? undefined : String(row[column]),
  );
  return text === undefined ? {} : { reason: readStoredReason({ text, code, message }) };
}
