import type { BatchQueue, Delivery, OwnerRelease, QueueDepth } from '../../coordination/ports.ts';
import type { Batch } from '../../model.ts';
import type { Database } from './database.ts';

export interface LocalQueueOptions {
  /** Names the receiving process, so that its messages become visible at once when it is known to be dead. */
  owner: string;
  /** How long a received batch stays invisible unless it is extended. */
  visibilityMs: number;
  now?: () => number;
}

/** At-least-once delivery on SQLite, oldest due message first, but for batches that are next. A receipt is `id:receives`. */
export function makeLocalQueue(
  database: Database,
  options: LocalQueueOptions,
): BatchQueue & QueueDepth & OwnerRelease {
  const { owner, visibilityMs, now = Date.now } = options;

  return {
    async send(messages) {
      const at = now();
      database.gather(() => {
        for (const { batch, notBefore = 0 } of messages) {
          const visibleAt = batch.isNext === true && notBefore <= at ? 0 : Math.ceil(Math.max(at, notBefore));
          database
            .prepare('INSERT INTO messages (run, visible_at, body) VALUES (?, ?, ?)')
            .run(batch.run, visibleAt, JSON.stringify(batch));
        }
      });
    },

    async receive({ runs, max }) {
      const at = now();
      const due = turnByTurn(runs ?? runningRuns(database)).filter((run) => isDue(database, run, at));
      if (due.length === 0) return [];
      return database.gather(() => {
        const received: Delivery[] = [];
        for (const [index, run] of due.entries()) {
          const share = Math.ceil((max - received.length) / (due.length - index));
          for (const row of dueMessages(database, run, at, share)) {
            const receives = Number(row['receives']) + 1;
            database
              .prepare('UPDATE messages SET visible_at = ?, receives = ?, owner = ? WHERE id = ?')
              .run(at + visibilityMs, receives, owner, Number(row['id']));
            const receipt = `${row['id']}:${receives}`;
            received.push({ batch: JSON.parse(String(row['body'])), receipt, receives });
          }
        }
        return received;
      });
    },

    async acknowledge(deliveries) {
      database.gather(() => {
        for (const { receipt } of deliveries) {
          const [id, receives] = receipt.split(':').map(Number);
          database.prepare('DELETE FROM messages WHERE id = ? AND receives = ?').run(id ?? 0, receives ?? 0);
        }
      });
    },

    async extend(deliveries, forMs = visibilityMs) {
      const until = now() + forMs;
      await database.keep(() => {
        for (const { receipt } of deliveries) {
          const [id, receives] = receipt.split(':').map(Number);
          database
            .prepare('UPDATE messages SET visible_at = ? WHERE id = ? AND receives = ?')
            .run(until, id ?? 0, receives ?? 0);
        }
      });
    },

    async hastenDraws(run) {
      const at = now();
      database.gather(() =>
        database
          .prepare(
            `UPDATE messages SET visible_at = ?1 WHERE run = ?2 AND visible_at > ?1 AND owner IS NULL
               AND json_extract(body, '$.draws') IS NOT NULL`,
          )
          .run(at, run),
      );
    },

    async releaseOwner(dead) {
      database.prepare('UPDATE messages SET visible_at = 0, owner = NULL WHERE owner = ?').run(dead);
    },

    async depth(run) {
      const row = database
        .prepare(
          `SELECT count(*) AS waiting, count(*) FILTER (WHERE visible_at <= ?1) AS due,
                  count(*) FILTER (WHERE visible_at > ?1 AND owner IS NOT NULL) AS under_way, min(visible_at) AS next, body
           FROM messages WHERE run = ?2`,
        )
        .get(now(), run);
      const waiting = Number(row?.['waiting']);
      return {
        waiting,
        due: Number(row?.['due']),
        underWay: Number(row?.['under_way']),
        ...(waiting === 0 ? {} : { nextDueAt: Number(row?.['next']), ...hostOf(row?.['body']) }),
      };
    },
  };
}

/** SQLite takes bare columns from the row of the minimum (https://sqlite.org/lang_select.html#bareagg). */
function hostOf(body: unknown): { nextHost?: string } {
  const { host } = JSON.parse(String(body)) as Batch;
  return host === '' ? {} : { nextHost: host };
}

/** Runs are queried one by one, so that the index gives the oldest message without a sort. */
function dueMessages(database: Database, run: string, at: number, limit: number) {
  return database
    .prepare(
      'SELECT id, receives, body FROM messages WHERE run = ? AND visible_at <= ? ORDER BY visible_at, id LIMIT ?',
    )
    .all(run, at, limit);
}

/** Reads before it writes: idle processes must not queue for the write lock. */
function isDue(database: Database, run: string, at: number): boolean {
  return (
    database.prepare('SELECT 1 FROM messages WHERE run = ? AND visible_at <= ? LIMIT 1').get(run, at) !==
    undefined
  );
}

function runningRuns(database: Database): string[] {
  return database
    .prepare("SELECT id FROM runs WHERE state = 'running'")
    .all()
    .map((row) => String(row['id']));
}

/** Another run is first each time, so that no run starves. */
function turnByTurn(runs: string[]): string[] {
  const first = Math.floor(Math.random() * runs.length);
  return [...runs.slice(first), ...runs.slice(0, first)];
}
