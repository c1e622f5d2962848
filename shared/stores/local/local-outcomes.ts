import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Outcomes } from '../../coordination/ports.ts';
import type { Outcome } from '../../model.ts';
import type { Database } from './database.ts';

/**
 * Write-once outcomes on SQLite, as zstd-compressed JSON, listed in the order they were written. Compressed
 * at once: a thread's round trip costs as much.
 */
export function makeLocalOutcomes(database: Database): Outcomes {
  const read = (run: string, batch: string): Outcome | undefined => {
    const row = database
      .prepare('SELECT body FROM outcomes WHERE run = ? AND batch = ?')
      .get(database.runNumber(run), batch);
    return row === undefined ? undefined : unpack(row['body'] as Uint8Array);
  };

  return {
    async write(outcome) {
      const body = zstdCompressSync(JSON.stringify(outcome));
      const { changes } = database.gather(() =>
        database
          .prepare('INSERT OR IGNORE INTO outcomes (run, batch, body) VALUES (?, ?, ?)')
          .run(database.runNumber(outcome.run), outcome.batch, body),
      );
      return changes === 1 ? outcome : (read(outcome.run, outcome.batch) ?? outcome);
    },

    async read(run, batch) {
      return read(run, batch);
    },

    async listBatches(run, { after = '', limit }) {
      const page = 'SELECT batch FROM outcomes WHERE run = ? AND batch > ? ORDER BY batch LIMIT ?';
      const rows = database.prepare(page).all(database.runNumber(run), after, limit);
      return rows.map((row) => String(row['batch']));
    },

    async *list(run) {
      const page = 'SELECT seq, body FROM outcomes WHERE run = ? AND seq > ? ORDER BY seq LIMIT 16';
      const number = database.runNumber(run);
      for (let after = 0; ; ) {
        const rows = database.prepare(page).all(number, after);
        for (const row of rows) {
          after = Number(row['seq']);
          yield unpack(row['body'] as Uint8Array);
        }
        if (rows.length === 0) return;
      }
    },
  };
}

function unpack(body: Uint8Array): Outcome {
  return JSON.parse(zstdDecompressSync(body).toString('utf8'));
}
