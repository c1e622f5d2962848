import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { PageStore } from '../../coordination/ports.ts';
import type { PageRecord } from '../../model.ts';
import type { Database } from './database.ts';

/** What jobs know of their pages. Writes are gathered with the outcome that they follow from. */
export function pageRecords(database: Database): PageStore {
  return {
    async readPages(job, keys) {
      const find = database.prepare('SELECT body FROM pages WHERE job = ? AND key = ?');
      return keys.map((key) => {
        const row = find.get(job, key);
        return row === undefined ? undefined : unpack(row['body']);
      });
    },

    async writePages(job, records) {
      const rows = records.map((record) => ({ record, body: zstdCompressSync(JSON.stringify(record)) }));
      database.gather(() => {
        const write = database.prepare(
          `INSERT INTO pages (job, key, at, gone, body) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (job, key) DO UPDATE SET at = excluded.at, gone = excluded.gone, body = excluded.body
             WHERE at < excluded.at`,
        );
        for (const { record, body } of rows) {
          write.run(job, record.key, record.at, record.gone === undefined ? 0 : 1, body);
        }
      });
    },

    async listPages(job, { after = '', limit }) {
      const rows = database
        .prepare('SELECT key, gone FROM pages WHERE job = ? AND key > ? ORDER BY key LIMIT ?')
        .all(job, after, limit);
      const pages = rows.filter((row) => row['gone'] === 0).map((row) => ({ key: String(row['key']) }));
      const last = rows.at(-1)?.['key'];
      return { pages, ...(rows.length < limit || last === undefined ? {} : { next: String(last) }) };
    },
  };
}

function unpack(body: unknown): PageRecord {
  return JSON.parse(zstdDecompressSync(body as Uint8Array).toString('utf8')) as PageRecord;
}
