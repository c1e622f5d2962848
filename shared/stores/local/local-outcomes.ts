import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Outcomes } from '../../coordination/ports.ts';
import { readStoredOutcome, storeOutcome } from '../../coordination/stored-reason.ts';
import type { Outcome } from '../../model.ts';
import type { Database } from './database.ts';
import { encodeText } from './encode-text.ts';
import type { AsyncWait } from './wait-async.ts';

export interface LocalOutcomes extends Outcomes {
  /** The outcomes written after a position, in the order in which they were written; 0 is before the first. */
  listAfter(run: string, position: number): AsyncIterable<{ position: number; outcome: Outcome }>;
}

/**
 * Write-once outcomes on SQLite, as zstd-compressed JSON, listed in the order in which they were written. They are
 * compressed synchronously, since a round trip to a thread takes as long.
 */
export function makeLocalOutcomes(
  database: Database,
  whenFree: AsyncWait['whenFree'] = async (call) => call(),
): LocalOutcomes {
  const read = (run: string, batch: string): Outcome | undefined => {
    const row = database
      .prepare('SELECT body FROM outcomes WHERE run = ? AND batch = ?')
      .get(database.runNumber(run), batch);
    return row === undefined ? undefined : unpack(row['body'] as Uint8Array);
  };

  async function* listAfter(run: string, position: number) {
    const page = 'SELECT seq, body FROM outcomes WHERE run = ? AND seq > ? ORDER BY seq LIMIT 16';
    for (let after = position; ; ) {
      const from = after;
      const rows = await whenFree(() => database.prepare(page).all(database.runNumber(run), from));
      for (const row of rows) {
        after = Number(row['seq']);
        yield { position: after, outcome: unpack(row['body'] as Uint8Array) };
      }
      if (rows.length === 0) return;
    }
  }

  return {
    async write(outcome) {
      const body = zstdCompressSync(encodeText(JSON.stringify(storeOutcome(outcome))));
      // All that follows for its batch is gathered with it: so batches that end together share a transaction.
      await database.together();
      const insert = 'INSERT OR IGNORE INTO outcomes (run, batch, body) VALUES (?, ?, ?)';
      return whenFree(() => {
        const { changes } = database.gather(() =>
          database.prepare(insert).run(database.runNumber(outcome.run), outcome.batch, body),
        );
        return changes === 1 ? outcome : (read(outcome.run, outcome.batch) ?? outcome);
      });
    },

    read: (run, batch) => whenFree(() => read(run, batch)),

    async listBatches(run, { after = '', limit }) {
      const page = 'SELECT batch FROM outcomes WHERE run = ? AND batch > ? ORDER BY batch LIMIT ?';
      const rows = await whenFree(() => database.prepare(page).all(database.runNumber(run), after, limit));
      return rows.map((row) => String(row['batch']));
    },

    async *list(run) {
      for await (const { outcome } of listAfter(run, 0)) yield outcome;
    },

    listAfter,
  };
}

function unpack(body: Uint8Array): Outcome {
  return readStoredOutcome(JSON.parse(zstdDecompressSync(body).toString('utf8')));
}
