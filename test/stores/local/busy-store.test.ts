import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Database, openDatabase } from '../../../shared/stores/local/database.ts';
import { inspectStore } from '../../../shared/stores/local/inspect-store.ts';
import { openPageCache } from '../../../shared/stores/local/page-cache.ts';
import { blockedMs, makeAsyncWait } from '../../../shared/stores/local/wait-async.ts';
import { temporaryFolder } from '../../../testing/temporary-folder.ts';
import { lockFrom } from './lock-from.ts';

function newStore(): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  const file = join(folder.path, 'store.db');
  openDatabase(file).close();
  return file;
}

const insert = (database: Database) =>
  database.prepare("INSERT INTO counters (name, value) VALUES ('own', 0)").run();

const writes: [string, (database: Database) => unknown][] = [
  ['a statement that writes', insert],
  ['a write', (database) => database.write(() => insert(database))],
  ['what is gathered', (database) => database.gather(() => insert(database))],
  ['what is kept', (database) => database.keep(() => insert(database))],
];
const reads: [string, (database: Database) => unknown][] = [
  ['a statement that reads', (database) => database.prepare('SELECT count(*) FROM counters').all()],
  ['the number of a run', (database) => database.runNumber('r')],
];

/** A descriptor may be closed since the folder was read. */
function pathOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}

/** `/proc/locks` says who has a lock. */
const isLinux = process.platform === 'linux';

function busy(file: string, pid: number | undefined, seconds = 0.2): unknown {
  const holder = isLinux ? `; locked by process ${pid}` : '';
  const message = `${file}: not free within ${seconds} s${holder}`;
  return expect.objectContaining({ code: 'STORE_BUSY', name: 'HaltError', message });
}

describe('a store that another process keeps locked', () => {
  it.each(writes)('ends the wait of %s with a code and the holder, and can be used later', async (_, act) => {
    const file = newStore();
    const database = openDatabase(file, { maxWaitMs: 200 });
    const holder = await lockFrom(file, 'writers');
    await expect(async () => act(database)).rejects.toEqual(busy(file, holder.pid));
    await holder.release();
    const patient = openDatabase(file);
    patient.write(() => undefined);
    await act(database);
    await new Promise((resolve) => process.nextTick(resolve));
    expect(patient.prepare('SELECT name FROM counters ORDER BY name').all()).toEqual([
      { name: 'other' },
      { name: 'own' },
    ]);
    patient.close();
    database.close();
  });

  it.each(reads)('can be read meanwhile: %s', async (_, act) => {
    const file = newStore();
    const database = openDatabase(file, { maxWaitMs: 200 });
    database
      .prepare("INSERT INTO runs (id, job, base_dir, state, started_at) VALUES ('r', '', '', '', 0)")
      .run();
    await lockFrom(file, 'writers');
    act(database);
    database.close();
  });

  it('is a cache of pages, too', async () => {
    const file = `${newStore()}-pages`;
    using cache = openPageCache(file, { maxWaitMs: 200 });
    const holder = await lockFrom(file, 'writers', 'CREATE TABLE other (name)');
    const page = { head: 'h', body: new Uint8Array([1]) };
    expect(() => cache.write('k', page)).toThrow(busy(file, holder.pid));
    expect(cache.has('k')).toBe(false);
    await holder.release();
    cache.write('k', page);
    expect(cache.has('k')).toBe(true);
  });

  it.runIf(isLinux).each([
    ['the store', openDatabase],
    ['a cache of pages', openPageCache],
  ])('keeps no connection of %s that could not be opened', async (_, open) => {
    const file = newStore();
    const connections = () =>
      readdirSync('/proc/self/fd').filter((name) => pathOf(`/proc/self/fd/${name}`) === file);
    await lockFrom(file, 'all');
    expect(() => open(file, { maxWaitMs: 200 })).toThrow(expect.objectContaining({ code: 'STORE_BUSY' }));
    expect(connections()).toEqual([]);
  });

  it.each([
    ['opened', (file: string) => openDatabase(file, { maxWaitMs: 200 }), 0.2],
    ['inspected', inspectStore, 2],
  ])('says so when it is %s while nobody else may read it either', async (_, open, seconds) => {
    const file = newStore();
    const holder = await lockFrom(file, 'all');
    expect(() => open(file)).toThrow(busy(file, holder.pid, seconds));
    await holder.release();
    const database = openDatabase(file);
    expect(database.prepare('SELECT name FROM counters').all()).toEqual([{ name: 'other' }]);
    database.close();
  });
});

describe('makeAsyncWait', () => {
  /** A write to the store, which another process keeps locked until `release`. */
  const waiting = async (maxMs?: number) => {
    const file = newStore();
    const wait = makeAsyncWait(file, maxMs);
    const database = await wait.whenFree(() => openDatabase(file, { maxWaitMs: blockedMs }));
    onTestFinished(() => database.close());
    const holder = await lockFrom(file, 'writers');
    const { write } = wait.around({ write: async () => insert(database) });
    return { ...holder, file, write, stop: wait.stop };
  };

  it('lets timers and signals through while a call waits, which is done when the store is free', async () => {
    const { write, release } = await waiting();
    let isDone = false;
    const writing = write().then(() => {
      isDone = true;
    });
    for (let count = 0; count < 10; count += 1) await sleep(1);
    expect(isDone).toBe(false);
    await release();
    await writing;
  });

  it('gives up in the end, and says after how long', async () => {
    const { write, file, pid } = await waiting(300);
    await expect(write()).rejects.toEqual(busy(file, pid, 0.3));
  });

  it('waits no more once it is stopped', async () => {
    const { write, stop } = await waiting();
    const writing = write();
    await sleep(1);
    stop();
    await expect(writing).rejects.toMatchObject({ code: 'STORE_BUSY' });
    await expect(write()).rejects.toMatchObject({ code: 'STORE_BUSY' });
  });
});

/** A process whose files may not grow beyond 1 MB (POSIX, "ulimit": blocks of 512 bytes), and the error that it ends with. */
async function writeWithLittleRoom(file: string): Promise<object> {
  const module = JSON.stringify(join(import.meta.dirname, '../../../shared/stores/local/database.ts'));
  const code = `
    const { openDatabase } = await import(${module});
    const database = openDatabase(${JSON.stringify(file)});
    try {
      for (let n = 0; n < 100; n += 1)
        database.prepare('INSERT INTO registers (name, value, fence) VALUES (?, ?, 0)').run(String(n), 'x'.repeat(50_000));
    } catch ({ code, message }) { console.log(JSON.stringify({ code, message })); }`;
  const limited = 'ulimit -f 2048 && exec "$0" --input-type=module -e "$1"';
  const child = spawn('sh', ['-c', limited, process.execPath, code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(String((await once(child.stdout, 'data'))[0]));
}

describe('a store that cannot be used', () => {
  const failed = (file: string, says: string) =>
    expect.objectContaining({ code: 'STORE_FAILED', message: `${file} cannot be used: ${says}` });

  it('says so where a limit of the process or the disk lets no file grow', async () => {
    const file = newStore();
    expect(await writeWithLittleRoom(file)).toEqual({
      code: 'STORE_FAILED',
      message: expect.stringMatching(/cannot be used: (?:disk I\/O error|database or disk is full)$/),
    });
  });

  it('says so where it may only be read', () => {
    const file = newStore();
    const database = openDatabase(file);
    database.prepare('PRAGMA query_only = 1').all();
    for (const [, act] of writes.slice(0, 3))
      expect(() => act(database)).toThrow(failed(file, 'attempt to write a readonly database'));
    database.close();
  });

  it('says so where the file is damaged', () => {
    const file = newStore();
    const database = openDatabase(file);
    database.prepare("INSERT INTO counters (name, value) VALUES ('a', 0)").run();
    const root = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'counters'").get();
    database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
    database.close();
    const handle = openSync(file, 'r+');
    const pageBytes = 4_096;
    const at = (Number(root?.['rootpage']) - 1) * pageBytes;
    writeSync(handle, Buffer.alloc(pageBytes, 0xff), 0, pageBytes, at);
    closeSync(handle);
    const opened = openDatabase(file);
    expect(() => opened.prepare('SELECT * FROM counters').all()).toThrow(
      failed(file, 'database disk image is malformed'),
    );
    opened.close();
  });

  it('says so where the file is none of SQLite, and leaves it as it is', () => {
    const file = newStore();
    writeFileSync(file, 'x'.repeat(5_000));
    expect(() => openDatabase(file)).toThrow(
      expect.objectContaining({ code: 'STORE_FAILED', message: expect.stringContaining('not a database') }),
    );
    expect(readFileSync(file, 'utf8')).toBe('x'.repeat(5_000));
  });
});
