import { once } from 'node:events';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../shared/stores/local/database.ts';
import { keepLogShort } from '../../../shared/stores/local/log-length.ts';
import { temporaryFolder } from '../../../testing/temporary-folder.ts';

/** A store, and another connection to it that counts what is committed. */
function openTwice() {
  const folder = temporaryFolder();
  const file = join(folder.path, 'store.db');
  const database = openDatabase(file);
  const other = new DatabaseSync(file);
  const count = other.prepare('SELECT count(*) AS count FROM counters');
  return {
    file,
    database,
    committed: () => Number(count.get()?.['count']),
    close() {
      other.close();
      database.close();
      folder.remove();
    },
  };
}

function add(database: Database, name: string): void {
  database.prepare('INSERT INTO counters (name, value) VALUES (?, 0)').run(name);
}

describe('keep', () => {
  it('answers when it is committed, once for all who ask together', async () => {
    const { database, committed, close } = openTwice();
    const seen: number[] = [];
    const one = async (name: string) => {
      await database.keep(() => add(database, name));
      seen.push(committed());
    };
    await Promise.all(['a', 'b', 'c'].map(one));
    expect(seen).toEqual([3, 3, 3]);
    close();
  });

  it('rejects when what it did cannot be committed, and the store can still be used', async () => {
    const { database, committed, close } = openTwice();
    database.prepare('CREATE TABLE parents (id INTEGER PRIMARY KEY)').run();
    database.prepare('CREATE TABLE children (parent REFERENCES parents DEFERRABLE INITIALLY DEFERRED)').run();
    const orphan = () => database.prepare('INSERT INTO children VALUES (1)').run();
    const both = [database.keep(() => add(database, 'a')), database.keep(orphan)];
    const ends = await Promise.allSettled(both);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await database.keep(() => add(database, 'b'));
    expect(committed()).toBe(1);
    close();
  });

  it('rejects with what its body throws, and undoes that alone', async () => {
    const { database, committed, close } = openTwice();
    const broken = () => {
      add(database, 'a');
      throw new Error('broken');
    };
    const ends = await Promise.allSettled([database.keep(broken), database.keep(() => add(database, 'b'))]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(committed()).toBe(1);
    close();
  });

  it('is answered when another connection of the process ends the group', async () => {
    const { file, database, committed, close } = openTwice();
    const kept = database.keep(() => add(database, 'a'));
    const another = openDatabase(file);
    another.prepare('SELECT 1').get();
    expect(committed()).toBe(1);
    await kept;
    another.close();
    close();
  });
});

describe('together', () => {
  it('lets all who asked meanwhile go on at once, so that they share a transaction', async () => {
    const { database, committed, close } = openTwice();
    const before: number[] = [];
    const one = async (name: string) => {
      await database.together();
      before.push(committed());
      database.gather(() => add(database, name));
    };
    await Promise.all(['a', 'b', 'c'].map(one));
    expect(before).toEqual([0, 0, 0]);
    await database.together();
    expect(committed()).toBe(3);
    close();
  });
});

describe('openDatabase', () => {
  it('waits for the transaction of another process', async () => {
    const { file, database, committed, close } = openTwice();
    const script = new URL('./hold-lock.ts', import.meta.url);
    const holder = new Worker(script, { workerData: { file, holdMs: 100 } });
    await once(holder, 'message');
    database.write(() => add(database, 'b'));
    expect(committed()).toBe(2);
    await holder.terminate();
    close();
  });
});

describe('keepLogShort', () => {
  it('begins the log anew, of several connections that write in turn', () => {
    const folder = temporaryFolder();
    const file = join(folder.path, 'log.db');
    const connections = [new DatabaseSync(file), new DatabaseSync(file)];
    const writers = connections.map((connection) => {
      connection.exec(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE IF NOT EXISTS t (a)',
      );
      return { insert: connection.prepare('INSERT INTO t VALUES (?)'), after: keepLogShort(connection, 40) };
    });
    const look = connections[0]?.prepare('PRAGMA wal_checkpoint(NOOP)');
    let longest = 0;
    for (let turn = 0; turn < 400; turn += 1) {
      for (const { insert, after } of writers) {
        insert.run('x'.repeat(3_000));
        after();
      }
      longest = Math.max(longest, Number(look?.get()?.['log']));
    }
    expect(longest).toBeGreaterThanOrEqual(40);
    expect(longest).toBeLessThan(400);
    for (const connection of connections) connection.close();
    folder.remove();
  });
});

describe('gather', () => {
  /** Of those that SQLite has open: their names begin so. */
  const temporaryFiles = () =>
    readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        const file = readlinkSync(`/proc/self/fd/${fd}`);
        return file.includes('etilqs_') ? [file] : [];
      } catch {
        return [];
      }
    });

  it.runIf(existsSync('/proc/self/fd'))('writes what could be undone to no file', () => {
    const { database, close } = openTwice();
    const names = Array.from({ length: 5_000 }, (_, index) => `counter ${index}`);
    database.write(() => names.map((name) => add(database, name)));
    const files = database.gather(() => {
      database.prepare('UPDATE counters SET value = 1').run();
      return temporaryFiles();
    });
    expect(files).toEqual([]);
    close();
  });
});
