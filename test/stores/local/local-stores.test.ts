import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../../shared/model.ts';
import { type Database, openDatabase } from '../../../shared/stores/local/database.ts';
import { makeLocalCoordination } from '../../../shared/stores/local/local-coordination.ts';
import { makeLocalLedger } from '../../../shared/stores/local/local-ledger.ts';
import { makeLocalOutcomes } from '../../../shared/stores/local/local-outcomes.ts';
import { makeLocalQueue } from '../../../shared/stores/local/local-queue.ts';
import { temporaryFolder } from '../../../testing/temporary-folder.ts';
import { describeCoordination } from '../../contracts/coordination-contract.ts';
import { describeFrontier } from '../../contracts/frontier-contract.ts';
import { describeLedger } from '../../contracts/ledger-contract.ts';
import { describeOlderReasons } from '../../contracts/older-reason-contract.ts';
import { describeOutcomes } from '../../contracts/outcomes-contract.ts';
import { describeQueue } from '../../contracts/queue-contract.ts';

function openFresh() {
  const folder = temporaryFolder();
  const file = join(folder.path, 'deep', 'store.db');
  const database = openDatabase(file);
  let at = 1_700_000_000_000;
  return {
    file,
    database,
    now: () => at,
    advance: (ms: number) => {
      at += ms;
    },
    close: async () => {
      database.close();
      folder.remove();
    },
  };
}

const run = (id: string): Run => ({ id, job: {}, baseDir: '/', state: 'running', startedAt: 0 });

describeLedger('makeLocalLedger', {
  async open() {
    const fresh = openFresh();
    return { ...fresh, ledger: makeLocalLedger(fresh.database, fresh.now) };
  },
});

describeFrontier('makeLocalLedger', {
  seesAllHosts: true,
  async open() {
    const { database, now, close } = openFresh();
    return { ledger: makeLocalLedger(database, now), close };
  },
});

describeCoordination('makeLocalCoordination', {
  async open() {
    const fresh = openFresh();
    return {
      ...fresh,
      process: (aheadMs = 0) => makeLocalCoordination(fresh.database, () => fresh.now() + aheadMs),
    };
  },
});

describeQueue('makeLocalQueue', {
  visibilityMs: 1_000,
  async open() {
    const fresh = openFresh();
    const openAs = (owner: string) =>
      makeLocalQueue(fresh.database, { owner, visibilityMs: 1_000, now: fresh.now });
    return { ...fresh, queue: openAs('me'), openAs };
  },
});

describe('makeLocalQueue', () => {
  it('delivers batches that are next before all that are due longer', async () => {
    const { database, now, advance, close } = openFresh();
    const queue = makeLocalQueue(database, { owner: 'me', visibilityMs: 1_000, now });
    const batch = (id: string) => ({ run: 'r', id, host: 'a.test', requests: [] });
    await queue.send([{ batch: batch('first') }]);
    advance(10);
    const isNext = true as const;
    const later = { batch: { ...batch('later'), isNext }, notBefore: now() + 500 };
    await queue.send([{ batch: batch('second') }, { batch: { ...batch('next'), isNext } }, later]);
    const received = await queue.receive({ runs: ['r'], max: 10 });
    expect(received.map((delivery) => delivery.batch.id)).toEqual(['next', 'first', 'second']);
    await close();
  });
});

describeOutcomes('makeLocalOutcomes', {
  async open() {
    const fresh = openFresh();
    const ledger = makeLocalLedger(fresh.database, fresh.now);
    for (const id of ['r', 'other']) await ledger.createRun(run(id));
    return { ...fresh, outcomes: makeLocalOutcomes(fresh.database) };
  },
});

describeOlderReasons('reasons of version 0.1 in SQLite', {
  async open({ database, ledger, outcomes }) {
    return {
      ledger,
      outcomes,
      async moveAsOlder(id, state, text) {
        database.prepare('UPDATE runs SET state = ?, reason = ? WHERE id = ?').run(state, text ?? null, id);
      },
      async writeAsOlder(outcome) {
        database
          .prepare('INSERT INTO outcomes (run, batch, body) VALUES (?, ?, ?)')
          .run(database.runNumber(outcome.run), outcome.batch, zstdCompressSync(JSON.stringify(outcome)));
      },
      async readAsOlder(id) {
        const row = database
          .prepare('SELECT reason, body FROM runs JOIN outcomes ON run = number WHERE id = ?')
          .get(id);
        const body = zstdDecompressSync(row?.['body'] as Uint8Array);
        return { reason: String(row?.['reason']), halt: JSON.parse(body.toString('utf8')).halt.reason };
      },
    };
  },
});

describe('makeLocalLedger', () => {
  it('lets others write while it admits a long list', async () => {
    const { file, database, now, close } = openFresh();
    const other = openDatabase(file);
    const [ledger, ofOther] = [makeLocalLedger(database, now), makeLocalLedger(other, now)];
    await ledger.createRun(run('r'));
    const ends: string[] = [];
    const keys = (batch: string) =>
      Array.from({ length: 20_000 }, (_, index) => ({ key: `${batch}${index}` }));
    const whole = ledger.admit('r', 'b', keys('k')).then((owners) => {
      ends.push('list');
      return owners;
    });
    const one = ofOther.admit('r', 'c', [{ key: 'other' }]).then(() => ends.push('other'));
    expect(await whole).toEqual(Array(20_000).fill('b'));
    await one;
    expect(ends).toEqual(['other', 'list']);
    expect(await ledger.admit('r', 'd', keys('k').slice(19_990))).toEqual(Array(10).fill('b'));
    other.close();
    await close();
  });

  it('frees everything a dead owner held', async () => {
    const { database, now, close } = openFresh();
    const ledger = makeLocalLedger(database, now);
    await ledger.createRun(run('r'));
    const lease = (owner: string, batch: string) => ledger.lease({ run: 'r', batch, owner, leaseMs: 1_000 });
    await lease('dead', 'x');
    await lease('alive', 'y');
    await ledger.releaseOwner('dead', 'crashed');
    expect(await lease('b', 'x')).toMatchObject({ state: 'mine', fence: 2 });
    expect(await lease('b', 'y')).toMatchObject({ state: 'held' });
    await close();
  });

  it.each([
    ['crashed', 1],
    ['stopped', 0],
  ] as const)('counts a crash of what an owner held that has %s: %i', async (end, crashes) => {
    const { database, now, close } = openFresh();
    const ledger = makeLocalLedger(database, now);
    await ledger.createRun(run('r'));
    const claim = { run: 'r', batch: 'x', leaseMs: 1_000 };
    await ledger.lease({ ...claim, owner: 'gone' });
    await ledger.releaseOwner('gone', end);
    await ledger.releaseOwner('gone', end);
    expect(await ledger.lease({ ...claim, owner: 'b' })).toMatchObject({ state: 'mine', fence: 2, crashes });
    expect((await ledger.readCounts('r'))['crashes'] ?? 0).toBe(crashes);
    await close();
  });

  it('frees the locks of a dead owner, and its places in line', async () => {
    const { database, now, close } = openFresh();
    const ledger = makeLocalLedger(database, now);
    const take = (name: string, token: string) =>
      ledger.acquireLock({ name, token, leaseMs: 1_000, lineMs: 1_000 });
    await take('l', 'dead#1');
    await take('m', 'deadly#1');
    await take('m', 'dead#2');
    await take('m', 'alive#1');
    await ledger.releaseOwner('dead', 'crashed');
    expect(await take('l', 'alive#2')).toMatchObject({ state: 'mine' });
    expect(await take('m', 'alive#1')).toMatchObject({ state: 'held', by: 'deadly#1', place: 0 });
    await close();
  });

  it('writes the holders of a lock as earlier versions did, which may share the file', async () => {
    const { database, now, close } = openFresh();
    const ledger = makeLocalLedger(database, now);
    await ledger.acquireLock({ name: 'l', token: 'a', leaseMs: 1_000 });
    const row = database.prepare("SELECT holders FROM locks WHERE name = 'l'").get();
    expect(JSON.parse(String(row?.['holders']))).toEqual([{ claim: 'a', until: now() + 1_000 }]);
    await close();
  });
});

describe('makeLocalQueue', () => {
  it('gives back at once what a dead process had received', async () => {
    const { database, now, close } = openFresh();
    const options = { visibilityMs: 60_000, now };
    const dead = makeLocalQueue(database, { owner: 'dead', ...options });
    const alive = makeLocalQueue(database, { owner: 'alive', ...options });
    const batch = { run: 'r', id: 'b', host: '', requests: [] };
    await alive.send([{ batch }]);
    await dead.receive({ runs: ['r'], max: 1 });
    await alive.releaseOwner('dead', 'crashed');
    expect(await alive.receive({ runs: ['r'], max: 1 })).toHaveLength(1);
    await close();
  });

  it('tells how many wait, how many are due, and when the next is', async () => {
    const { database, now, close } = openFresh();
    const queue = makeLocalQueue(database, { owner: 'me', visibilityMs: 1_000, now });
    const batch = { run: 'r', id: 'b', host: '', requests: [] };
    const ofHost = { ...batch, host: 'h' };
    await queue.send([{ batch: ofHost }, { batch, notBefore: now() + 5_000 }]);
    expect(await queue.depth('r')).toEqual({
      waiting: 2,
      due: 1,
      underWay: 0,
      nextDueAt: now(),
      nextHost: 'h',
    });
    expect(await queue.depth('none')).toEqual({ waiting: 0, due: 0, underWay: 0 });
    await close();
  });

  it('serves every run asked for, whichever was sent first', async () => {
    const { database, now, close } = openFresh();
    const queue = makeLocalQueue(database, { owner: 'me', visibilityMs: 1_000, now });
    const batch = (run: string, id: string) => ({ batch: { run, id, host: '', requests: [] } });
    await queue.send(Array.from({ length: 50 }, (_, index) => batch('huge', `h${index}`)));
    await queue.send([batch('small', 's')]);
    const received = await queue.receive({ runs: ['huge', 'small'], max: 4 });
    expect(new Set(received.map((delivery) => delivery.batch.run))).toEqual(new Set(['huge', 'small']));
    await close();
  });
});

/** Batches and URLs as versions up to 9 had them: a batch that is done, and one of which only the URL is left. */
function oldBatches([first = '', second = '', third = '']: string[]): string {
  return `
    DROP TABLE batches; DROP TABLE seen;
    CREATE TABLE batches (
      run INTEGER NOT NULL, id TEXT NOT NULL, owner TEXT, fence INTEGER NOT NULL, until INTEGER NOT NULL,
      done INTEGER NOT NULL DEFAULT 0, forwarded INTEGER NOT NULL DEFAULT 0,
      pages_granted INTEGER, items_granted INTEGER, micro_usd_granted INTEGER,
      claim TEXT, crashes INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (run, id)
    ) WITHOUT ROWID;
    CREATE INDEX batches_by_owner ON batches (owner) WHERE owner IS NOT NULL;
    CREATE TABLE seen (
      run INTEGER NOT NULL, key TEXT NOT NULL, batch TEXT NOT NULL, PRIMARY KEY (run, key)
    ) WITHOUT ROWID;
    INSERT INTO batches (run, id, fence, until, done, pages_granted) VALUES (1, 'seed', 1, 0, 1, 3);
    INSERT INTO seen VALUES (1, '${first}', 'seed'), (1, '${second}', 'seed'), (1, '${third}', 'lost');`;
}

describe('openDatabase', () => {
  it('refuses a file of another version and leaves it as it is', async () => {
    const { file, database, close } = openFresh();
    const other = new DatabaseSync(file);
    other.exec('PRAGMA user_version = 99');
    other.close();
    expect(() => openDatabase(file)).toThrow(
      expect.objectContaining({
        code: 'STORE_OUTDATED',
        message: expect.stringContaining('has version 99, this is version 15: a newer version'),
        remedy: expect.stringContaining('Use the Spinneret that wrote it'),
      }),
    );
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 });
    await close();
  });

  it('says of a file that is too old what can be done', async () => {
    const { file, close } = openFresh();
    const other = new DatabaseSync(file);
    other.exec('PRAGMA user_version = 1');
    other.close();
    expect(() => openDatabase(file)).toThrow(
      expect.objectContaining({ code: 'STORE_OUTDATED', message: expect.stringContaining('too old') }),
    );
    await close();
  });

  it('says that the store has failed when the disk is full', async () => {
    const { database, close } = openFresh();
    const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
    database.prepare(`PRAGMA max_page_count = ${pages + 2}`).get();
    const fill = () => {
      for (let index = 0; index < 100; index += 1) {
        database
          .prepare('INSERT OR REPLACE INTO registers (name, value, fence) VALUES (?, ?, 0)')
          .run(`r${index}`, 'x'.repeat(4_096));
      }
    };
    const failed = expect.objectContaining({ code: 'STORE_FAILED' });
    expect(fill).toThrow(failed);
    expect(() => database.write(fill)).toThrow(failed);
    await close();
  });

  it.each([
    ['another body', (database: Database, fill: () => void) => database.gather(fill)],
    ['a statement alone', (_: Database, fill: () => void) => fill()],
  ])('keeps nothing later when %s fails and takes what was gathered along', async (_, act) => {
    const { file, database, close } = openFresh();
    const add = (name: string, text = '') =>
      database.prepare('INSERT INTO registers (name, value, fence) VALUES (?, ?, 0)').run(name, text);
    const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
    database.prepare(`PRAGMA max_page_count = ${pages + 2}`).get();
    const failed = expect.objectContaining({ code: 'STORE_FAILED' });
    database.gather(() => add('first'));
    expect(() => act(database, () => add('large', 'x'.repeat(100_000)))).toThrow(failed);
    let isKept = true;
    try {
      database.gather(() => add('later'));
    } catch (error) {
      expect(error).toEqual(failed);
      isKept = false;
    }
    await new Promise((resolve) => process.nextTick(resolve));
    const other = new DatabaseSync(file);
    const names = other.prepare('SELECT name FROM registers ORDER BY name').all();
    expect(names.map(({ name }) => name)).toEqual(isKept ? ['first', 'later'] : []);
    other.close();
    await close();
  });

  it('lets several processes open a new file at once', async () => {
    const folder = temporaryFolder();
    const threads = 4;
    const files = Array.from({ length: 12 }, (_, index) => join(folder.path, `${index}.db`));
    const workerData = { files, threads, barrier: new SharedArrayBuffer(4) };
    const script = new URL('./open-at-once.ts', import.meta.url);
    const workers = Array.from({ length: threads }, () => new Worker(script, { workerData }));
    const problems = await Promise.all(workers.map((worker) => once(worker, 'message')));
    expect(problems.flat().filter((problem) => problem !== '')).toEqual([]);
    await Promise.all(workers.map((worker) => worker.terminate()));
    folder.remove();
  });

  /** No version before 14 had frontiers. */
  const withoutFrontiers =
    'DROP TABLE frontier; ALTER TABLE batches DROP COLUMN has_put; ALTER TABLE batches DROP COLUMN draw;';
  /** No version before 13 knew pages of jobs. */
  const withoutPages = 'DROP TABLE pages; ALTER TABLE hosts DROP COLUMN distrusted_by;';

  it('takes a file of version 14 along, with what waits in it', async () => {
    const { file, database, close } = openFresh();
    const ledger = makeLocalLedger(database, Date.now);
    await ledger.createRun(run('old'));
    await ledger.lease({ run: 'old', batch: 'b', owner: 'me', leaseMs: 60_000 });
    const request = { kind: 'page', url: 'http://a.test/', label: 'x', depth: 0, attempt: 0 } as const;
    await ledger.putInFrontier('old', 'b', [{ host: 'a.test', priority: 1, depth: 0, request }]);
    await new Promise((resolve) => process.nextTick(resolve));
    const other = new DatabaseSync(file);
    other.exec('DROP INDEX frontier_of_run; PRAGMA user_version = 14');
    other.close();
    const reopened = openDatabase(file);
    const draw = { run: 'old', batch: 'b', host: 'a.test', count: 1, maxPages: 1 };
    expect(await makeLocalLedger(reopened, Date.now).drawFromFrontier(draw)).toMatchObject({
      granted: [request],
    });
    const indices = reopened.prepare("SELECT name FROM sqlite_schema WHERE name = 'frontier_of_run'").all();
    expect(indices).toHaveLength(1);
    reopened.close();
    await close();
  });

  it('takes a file of version 13 along, in whose runs nothing waits, and lets them go on', async () => {
    const { file, database, close } = openFresh();
    const ledger = makeLocalLedger(database, Date.now);
    await ledger.createRun(run('old'));
    await ledger.lease({ run: 'old', batch: 'b', owner: 'me', leaseMs: 60_000 });
    const other = new DatabaseSync(file);
    other.exec(`${withoutFrontiers} PRAGMA user_version = 13`);
    other.close();
    const reopened = openDatabase(file);
    const migrated = makeLocalLedger(reopened, Date.now);
    expect(await migrated.countFrontier('old', 1)).toEqual({ waiting: 0, priorities: [], others: 0 });
    const request = { kind: 'page', url: 'http://a.test/', label: 'x', depth: 0, attempt: 0 } as const;
    await migrated.putInFrontier('old', 'b', [{ host: 'a.test', priority: 1, depth: 0, request }]);
    const draw = { run: 'old', batch: 'b', host: 'a.test', count: 1, maxPages: 5 };
    expect(await migrated.drawFromFrontier(draw)).toEqual({
      ...{ granted: [request], refused: [], isFull: false },
    });
    reopened.close();
    await close();
  });

  it('takes a file of version 12 along, whose jobs know no pages', async () => {
    const { file, database, close } = openFresh();
    await makeLocalLedger(database, Date.now).updateHost('a.test', { learnedGapMs: 5 });
    const other = new DatabaseSync(file);
    other.exec(`${withoutPages} ${withoutFrontiers} PRAGMA user_version = 12`);
    other.close();
    const reopened = openDatabase(file);
    const migrated = makeLocalLedger(reopened, Date.now);
    expect(await migrated.readHost('a.test')).toEqual({ learnedGapMs: 5 });
    expect(await migrated.readPages('job', ['k'])).toEqual([undefined]);
    reopened.close();
    await close();
  });

  it.each([2, 3, 4, 5, 6, 7, 8, 9])('takes a file of version %i along, with its runs', async (version) => {
    const { file, database, close } = openFresh();
    const ledger = makeLocalLedger(database, Date.now);
    await ledger.createRun(run('old'));
    const reason = { code: 'BLOCKED', message: 'asked: too often' } as const;
    await ledger.moveRun('old', ['running'], 'paused', reason);
    const keys = ['a', 'b', 'c'].map((letter) => letter.repeat(22));
    const other = new DatabaseSync(file);
    const oldLocks = `DROP TABLE locks; DROP TABLE counters; DROP TABLE registers;
      CREATE TABLE locks (name TEXT PRIMARY KEY, owner TEXT, fence INTEGER NOT NULL, until INTEGER NOT NULL);`;
    const oldGrants = 'DROP TABLE claims; ALTER TABLE batches DROP COLUMN micro_usd_granted;';
    const oldLeases = 'ALTER TABLE batches DROP COLUMN claim; ALTER TABLE batches DROP COLUMN crashes;';
    other.exec(oldBatches(keys));
    other.exec(`${version === 2 ? oldLocks : ''} ${version < 4 ? oldGrants : ''} ${version < 5 ? oldLeases : ''}
      ${version < 6 ? 'ALTER TABLE hosts DROP COLUMN returned; DROP TABLE commands;' : ''}
      ${version < 7 ? 'ALTER TABLE runs DROP COLUMN reason_code; ALTER TABLE runs DROP COLUMN reason_message;' : ''}
      ${version < 8 ? 'ALTER TABLE hosts DROP COLUMN line_served;' : ''}
      ${version < 9 ? 'ALTER TABLE hosts DROP COLUMN breaker_opens; ALTER TABLE hosts DROP COLUMN breaker_at;' : ''}
      DROP TABLE sessions; DROP TABLE logins; DROP TABLE quotas;
      ${withoutPages} DROP TABLE frontier;
      PRAGMA user_version = ${version}`);
    other.close();
    const reopened = openDatabase(file);
    const migrated = makeLocalLedger(reopened, Date.now);
    expect(await migrated.listRuns()).toMatchObject([{ id: 'old', reason }]);
    expect(await migrated.readBatches('old', ['seed', 'lost'])).toMatchObject([
      { isDone: true, pagesGranted: 3 },
      { isDone: false },
    ]);
    expect(
      await migrated.admit(
        'old',
        'other',
        [...keys, 'd'].map((key) => ({ key })),
      ),
    ).toEqual(['seed', 'seed', 'lost', 'other']);
    const locks = makeLocalCoordination(reopened);
    expect(await locks.acquireLock({ name: 'l', token: 'a', leaseMs: 1_000 })).toMatchObject({ fence: 1 });
    expect(await makeLocalLedger(reopened, Date.now).claim('job', 'r', ['k'])).toEqual(['r']);
    expect(await makeLocalLedger(reopened, Date.now).readSession('job/member')).toBeUndefined();
    reopened.close();
    await close();
  });

  it('takes a file of version 10 along, which has no sessions', async () => {
    const { file, database, close } = openFresh();
    await makeLocalLedger(database, Date.now).createRun(run('old'));
    const other = new DatabaseSync(file);
    other.exec(`DROP TABLE sessions; DROP TABLE logins; DROP TABLE quotas; ${withoutPages} ${withoutFrontiers}
      ALTER TABLE batches DROP COLUMN quotas_granted; PRAGMA user_version = 10`);
    other.close();
    const reopened = openDatabase(file);
    const migrated = makeLocalLedger(reopened, Date.now);
    expect(await migrated.listRuns()).toMatchObject([{ id: 'old' }]);
    expect(await migrated.readSession('job/member')).toBeUndefined();
    const attempt = { run: 'old', account: 'a', maxUnanswered: 1, maxInAll: 1 };
    expect(await migrated.takeLoginAttempt(attempt)).toBe('taken');
    reopened.close();
    await close();
  });

  it('takes a file of version 11 along, which has no quotas, in the middle of a run', async () => {
    const { file, database, close } = openFresh();
    await makeLocalLedger(database, Date.now).createRun(run('old'));
    const other = new DatabaseSync(file);
    other.exec(`INSERT INTO batches (run, id, fence, pages_granted) SELECT number, 'seed', 1, 3 FROM runs;
      DROP TABLE quotas; ALTER TABLE batches DROP COLUMN quotas_granted; ${withoutPages} ${withoutFrontiers}
      PRAGMA user_version = 11`);
    other.close();
    const reopened = openDatabase(file);
    const migrated = makeLocalLedger(reopened, Date.now);
    expect(await migrated.readBatches('old', ['seed'])).toMatchObject([{ pagesGranted: 3 }]);
    const quota = { name: 'host:a.test', wanted: 7, limit: 5 };
    expect(await migrated.reserveQuotas('old', 'seed', [quota])).toEqual([5]);
    expect(await migrated.readBatches('old', ['seed'])).toMatchObject([
      { pagesGranted: 3, quotasGranted: { 'host:a.test': 5 } },
    ]);
    reopened.close();
    await close();
  });

  it('says so when the place cannot be written', () => {
    expect(() => openDatabase('/dev/null/store.db')).toThrow(
      expect.objectContaining({ code: 'STORE_FAILED' }),
    );
  });

  it('keeps what is gathered when the promises being settled are, and shows it at once to this process alone', async () => {
    const { file, database, close } = openFresh();
    const other = new DatabaseSync(file);
    const outside = () => other.prepare('SELECT count(*) AS count FROM counters').get()?.['count'];
    const inside = () => database.prepare('SELECT count(*) AS count FROM counters').get()?.['count'];
    const add = (name: string) =>
      database.gather(() => database.prepare('INSERT INTO counters (name, value) VALUES (?, 0)').run(name));
    add('a');
    await Promise.resolve();
    add('b');
    expect([inside(), outside()]).toEqual([2, 0]);
    await new Promise((resolve) => process.nextTick(resolve));
    expect([inside(), outside()]).toEqual([2, 2]);
    other.close();
    await close();
  });

  it.each([
    ['a write', (database: Database) => database.write(() => undefined)],
    ['a statement that writes', (database: Database) => database.prepare('DELETE FROM registers').run()],
    [
      'a look by another connection',
      (_: Database, file: string) => {
        const another = openDatabase(file);
        another.prepare('SELECT 1').get();
        another.close();
      },
    ],
    ['its end', (database: Database) => database.close()],
  ])('keeps what is gathered before %s', (_, next) => {
    const { file, database } = openFresh();
    const other = new DatabaseSync(file);
    const count = () => other.prepare('SELECT count(*) AS count FROM counters').get()?.['count'];
    database.gather(() => database.prepare("INSERT INTO counters (name, value) VALUES ('a', 0)").run());
    expect(count()).toBe(0);
    next(database, file);
    expect(count()).toBe(1);
    other.close();
  });

  it('undoes a body that throws, and nothing else', async () => {
    const { database, close } = openFresh();
    const add = (name: string) =>
      database.prepare('INSERT INTO counters (name, value) VALUES (?, 0)').run(name);
    database.gather(() => add('a'));
    const broken = () => {
      add('b');
      throw new Error('broken');
    };
    expect(() => database.gather(broken)).toThrow('broken');
    expect(() => database.write(broken)).toThrow('broken');
    database.write(() => database.gather(() => add('c')));
    const names = database.prepare('SELECT name FROM counters ORDER BY name').all();
    expect(names.map(({ name }) => name)).toEqual(['a', 'c']);
    await close();
  });

  it('does nothing more once it has lost what it had answered as done', async () => {
    const { file, database, close } = openFresh();
    database.prepare('CREATE TABLE parents (id INTEGER PRIMARY KEY)').run();
    database.prepare('CREATE TABLE children (parent REFERENCES parents DEFERRABLE INITIALLY DEFERRED)').run();
    // A violation that comes out when it is to be kept, as a full disk may.
    database.gather(() => database.prepare('INSERT INTO children VALUES (1)').run());
    expect(() => database.write(() => undefined)).toThrow(/FOREIGN KEY/);
    const failed = expect.objectContaining({ code: 'STORE_FAILED' });
    expect(() => database.prepare('SELECT 1').get()).toThrow(failed);
    expect(() => database.gather(() => undefined)).toThrow(failed);
    const reopened = openDatabase(file);
    expect(reopened.prepare('SELECT count(*) AS count FROM children').get()).toEqual({ count: 0 });
    reopened.close();
    await close();
  });

  /** SQLite resolves the conflict by rolling back all of the transaction, as it may when the disk is full. */
  const rollBackAll = (database: Database) => {
    database.prepare("INSERT OR ROLLBACK INTO counters (name, value) VALUES ('a', 0)").run();
  };

  it('does nothing more once SQLite has rolled back what it had answered as done', async () => {
    const { file, database, close } = openFresh();
    database.prepare("INSERT INTO counters (name, value) VALUES ('a', 0)").run();
    database.gather(() => database.prepare("INSERT INTO counters (name, value) VALUES ('b', 0)").run());
    expect(() => database.gather(() => rollBackAll(database))).toThrow(/UNIQUE/);
    const failed = expect.objectContaining({ code: 'STORE_FAILED' });
    expect(() => database.prepare('SELECT 1').get()).toThrow(failed);
    expect(() => database.write(() => undefined)).toThrow(failed);
    const reopened = openDatabase(file);
    expect(reopened.prepare('SELECT name FROM counters').all()).toEqual([{ name: 'a' }]);
    reopened.close();
    await close();
  });

  it('works on where SQLite has rolled back nothing that was answered as done', async () => {
    const { database, close } = openFresh();
    database.prepare("INSERT INTO counters (name, value) VALUES ('a', 0)").run();
    for (const act of [database.gather, database.write])
      expect(() => act(() => rollBackAll(database))).toThrow(/UNIQUE/);
    database.gather(() => database.prepare("INSERT INTO counters (name, value) VALUES ('b', 0)").run());
    database.write(() => database.prepare("INSERT INTO counters (name, value) VALUES ('c', 0)").run());
    const names = database.prepare('SELECT name FROM counters ORDER BY name').all();
    expect(names.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    await close();
  });

  it('works on where it could not keep a write, whose caller has the error', async () => {
    const { database, close } = openFresh();
    database.prepare('CREATE TABLE parents (id INTEGER PRIMARY KEY)').run();
    database.prepare('CREATE TABLE children (parent REFERENCES parents DEFERRABLE INITIALLY DEFERRED)').run();
    const violate = () => database.prepare('INSERT INTO children VALUES (1)').run();
    expect(() => database.write(violate)).toThrow(/FOREIGN KEY/);
    database.gather(() => database.prepare('INSERT INTO parents VALUES (1)').run());
    database.write(violate);
    expect(database.prepare('SELECT parent FROM children').all()).toEqual([{ parent: 1 }]);
    await close();
  });

  it('takes turns of a host without a gap while another process writes', async () => {
    const { file, database, now, close } = openFresh();
    const ledger = makeLocalLedger(database, now);
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const request = { host: 'h.test', count: 2, gapMs: 0, slackMs: 0, horizonMs: 1_000 };
    expect(await ledger.reserveSlots(request)).toMatchObject({ state: 'mine' });
    other.exec('ROLLBACK');
    other.close();
    await close();
  });

  it('lets two connections write in turn', async () => {
    const { file, database, close } = openFresh();
    const second = openDatabase(file);
    const first = makeLocalLedger(database);
    const other = makeLocalLedger(second);
    await first.createRun(run('r'));
    expect(await other.createRun(run('r'))).toBe('exists');
    second.close();
    await close();
  });
});
