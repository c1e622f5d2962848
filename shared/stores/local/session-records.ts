import type { SessionStore } from '../../coordination/ports.ts';
import type { Database } from './database.ts';

/** Sessions by their key, and the login attempts of each run: each statement is a transaction of its own. */
export function sessionRecords(database: Database, now: () => number): SessionStore {
  return {
    async readSession(key) {
      const row = database
        .prepare('SELECT version, generation, ended, sealed FROM sessions WHERE key = ? AND expires_at > ?')
        .get(key, now());
      if (row === undefined) return undefined;
      return {
        version: Number(row['version']),
        generation: Number(row['generation']),
        hasEnded: row['ended'] === 1,
        sealed: row['sealed'] as Uint8Array,
      };
    },

    async saveSession(key, { version, generation, sealed }, expiresAt) {
      return database.write(() => {
        database.prepare('DELETE FROM sessions WHERE expires_at <= ?').run(now());
        const { changes } =
          version === 1
            ? database
                .prepare(
                  `INSERT INTO sessions (key, version, generation, ended, sealed, expires_at)
                   VALUES (?, 1, ?, 0, ?, ?) ON CONFLICT DO NOTHING`,
                )
                .run(key, generation, sealed, expiresAt)
            : database
                .prepare(
                  `UPDATE sessions SET version = ?2, generation = ?3, sealed = ?4, expires_at = ?5,
                     ended = CASE WHEN generation = ?3 THEN ended ELSE 0 END
                   WHERE key = ?1 AND version = ?2 - 1 AND generation <= ?3`,
                )
                .run(key, version, generation, sealed, expiresAt);
        return changes > 0;
      });
    },

    async endSession(key, generation, counted) {
      database.write(() => {
        const { changes } = database
          .prepare('UPDATE sessions SET ended = 1 WHERE key = ? AND generation = ? AND ended = 0')
          .run(key, generation);
        if (changes > 0 && counted !== undefined) countForRun(database, counted.run, counted.as);
      });
    },

    async deleteSession(key) {
      database.prepare('DELETE FROM sessions WHERE key = ?').run(key);
    },

    async takeLoginAttempt({ run, account, maxUnanswered, maxInAll }) {
      return database.write(() => {
        const row = database
          .prepare('SELECT unanswered, in_all FROM logins WHERE run = ? AND account = ?')
          .get(run, account);
        if (Number(row?.['unanswered'] ?? 0) >= maxUnanswered) return 'unanswered';
        if (Number(row?.['in_all'] ?? 0) >= maxInAll) return 'inAll';
        database
          .prepare(
            `INSERT INTO logins (run, account, unanswered, in_all) VALUES (?, ?, 1, 1)
             ON CONFLICT (run, account) DO UPDATE SET unanswered = unanswered + 1, in_all = in_all + 1`,
          )
          .run(run, account);
        countForRun(database, run, 'sessions:logins');
        return 'taken';
      });
    },

    async returnLoginAttempt(run, account) {
      database.write(() => {
        const { changes } = database
          .prepare(
            'UPDATE logins SET unanswered = unanswered - 1, in_all = in_all - 1 WHERE run = ? AND account = ? AND unanswered > 0',
          )
          .run(run, account);
        if (changes > 0) countForRun(database, run, 'sessions:logins', -1);
      });
    },

    async clearLoginAttempts(run, account) {
      database.prepare('UPDATE logins SET unanswered = 0 WHERE run = ? AND account = ?').run(run, account);
    },
  };
}

/** Adds to what is counted apart from commits; of a run that is gone nothing is. */
function countForRun(database: Database, run: string, name: string, by = 1): void {
  database
    .prepare(
      `INSERT INTO counts (run, name, value) SELECT number, ?2, ?3 FROM runs WHERE id = ?1
       ON CONFLICT (run, name) DO UPDATE SET value = value + ?3`,
    )
    .run(run, name, by);
}
