import { rmSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { HaltError } from '../../errors.ts';
import { openPrivate } from './database.ts';
import { makeWhenFree, type WhenFree } from './when-free.ts';

/** An answer as it is kept: what its owner writes of it, and its body. */
export interface CachedPage {
  head: string;
  body: Uint8Array;
}

/** Answers that this machine keeps, by keys that say all on which they depend. Of one key the newest is kept. */
export interface PageCache extends Disposable {
  has(key: string): boolean;
  read(key: string): CachedPage | undefined;
  write(key: string, page: CachedPage): void;
}

/** Beside the store: bodies would make its log long, and it is deleted by itself. */
export function cacheFileOf(store: string): string {
  return `${store}-pages`;
}

/**
 * Opens the cache, and creates it if needed; only its owner may read it. A killed process leaves each answer whole or
 * absent. Throws `HaltError` STORE_FAILED, and STORE_BUSY when other processes do not let it in for too long.
 */
export function openPageCache(file: string, options: { maxWaitMs?: number } = {}): PageCache {
  const whenFree = makeWhenFree(file, options.maxWaitMs);
  return orStoreFailed(file, () =>
    openPrivate(file, (connection) => {
      // Answers may be lost with the machine's power: they are fetched again then.
      whenFree(() =>
        connection.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
        CREATE TABLE IF NOT EXISTS pages (key TEXT PRIMARY KEY, head TEXT NOT NULL, body BLOB NOT NULL) STRICT`),
      );
      return cacheIn(connection, file, whenFree);
    }),
  );
}

function cacheIn(connection: DatabaseSync, file: string, whenFree: WhenFree): PageCache {
  const failing = <T>(call: () => T): T => orStoreFailed(file, () => whenFree(call));
  const prepare = (sql: string) => failing(() => connection.prepare(sql));
  const has = prepare('SELECT 1 FROM pages WHERE key = ?');
  const read = prepare('SELECT head, body FROM pages WHERE key = ?');
  const write = prepare('INSERT OR REPLACE INTO pages (key, head, body) VALUES (?, ?, ?)');
  return {
    has: (key) => failing(() => has.get(key)) !== undefined,
    read(key) {
      const row = failing(() => read.get(key));
      if (row === undefined) return undefined;
      return { head: String(row['head']), body: zstdDecompressSync(row['body'] as Uint8Array) };
    },
    write(key, { head, body }) {
      failing(() => write.run(key, head, zstdCompressSync(body)));
    },
    [Symbol.dispose]: () => connection.close(),
  };
}

/** Deletes the cache: its size in bytes, or `undefined` where there was none. */
export function deletePageCache(file: string): number | undefined {
  const files = [file, `${file}-wal`, `${file}-shm`];
  const sizes = files.map((name) => statSync(name, { throwIfNoEntry: false })?.size);
  for (const name of files) rmSync(name, { force: true });
  return sizes[0] === undefined ? undefined : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}

function orStoreFailed<T>(file: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof HaltError) throw error;
    const message = `the cache of pages ${file}: ${(error as Error).message}`;
    throw new HaltError('STORE_FAILED', message, { cause: error });
  }
}
