import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../shared/model.ts';
import { type Database, openDatabase } from '../../../shared/stores/local/database.ts';
import { forgetRuns, shrinkStore } from '../../../shared/stores/local/forget-runs.ts';
import { makeLocalLedger } from '../../../shared/stores/local/local-ledger.ts';
import { makeLocalOutcomes } from '../../../shared/stores/local/local-outcomes.ts';
import { makeLocalQueue } from '../../../shared/stores/local/local-queue.ts';
import { temporaryFolder } from '../../../testing/temporary-folder.ts';

const folders: ReturnType<typeof temporaryFolder>[] = [];
let database: Database;
beforeEach(() => {
  const folder = temporaryFolder();
  folders.push(folder);
  database = openDatabase(join(folder.path, 'store.db'));
});
afterEach(() => {
  database.close();
  for (const folder of folders.splice(0)) folder.remove();
});

const outcome = (run: string, batch: string): Outcome => ({
  ...{ run, batch, pages: [], links: [], retries: [], counts: {}, batchSizes: { own: 1, other: 1 } },
  items: [{ item: 'x', url: 'http://a.test/', fields: { text: 'x'.repeat(3_000) } }],
});

/** A run with something in each table. */
async function fill(run: string, urls = 5): Promise<void> {
  const ledger = makeLocalLedger(database, Date.now);
  await ledger.createRun({ id: run, job: {}, baseDir: '/', state: 'finished', startedAt: 0 });
  await ledger.lease({ run, batch: 'b', owner: 'me', leaseMs: 1_000 });
  await ledger.admit(
    run,
    'b',
    Array.from({ length: urls }, (_, index) => ({ key: `url-${index}` })),
  );
  const request = { kind: 'page', url: 'http://a.test/', label: 'x', depth: 0, attempt: 0 } as const;
  await ledger.putInFrontier(run, 'b', [{ host: 'a.test', priority: 1, depth: 0, request }]);
  await makeLocalOutcomes(database).write(outcome(run, 'b'));
  await makeLocalQueue(database, { owner: 'me', visibilityMs: 1_000 }).send([
    { batch: { run, id: 'b', host: '', requests: [] } },
  ]);
}

const rowCounts = () =>
  ['runs', 'batches', 'seen', 'messages', 'outcomes', 'frontier'].map((table) =>
    Number(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.['count']),
  );

describe('forgetRuns', () => {
  it('deletes the login attempts of a run, and the sessions of a job with its last run', async () => {
    const ledger = makeLocalLedger(database, Date.now);
    const create = (id: string, name: string) =>
      ledger.createRun({ id, job: { name }, baseDir: '/', state: 'finished', startedAt: 0 });
    await create('a1', 'a');
    await create('a2', 'a');
    await create('b1', 'a-b');
    const record = { version: 1, generation: 1, sealed: new Uint8Array(20) };
    for (const key of ['a/member', 'a/other', 'a-b/member']) {
      await ledger.saveSession(key, record, Date.now() + 60_000);
    }
    const attempt = { account: 'x', maxUnanswered: 1, maxInAll: 1 };
    for (const run of ['a1', 'a2']) await ledger.takeLoginAttempt({ ...attempt, run });
    const keys = () =>
      database
        .prepare('SELECT key FROM sessions ORDER BY key')
        .all()
        .map(({ key }) => key);
    await forgetRuns(database, ['a1']);
    expect(keys()).toEqual(['a-b/member', 'a/member', 'a/other']);
    expect(await ledger.takeLoginAttempt({ ...attempt, run: 'a1' })).toBe('taken');
    expect(await ledger.takeLoginAttempt({ ...attempt, run: 'a2' })).toBe('unanswered');
    await forgetRuns(database, ['a2']);
    expect(keys()).toEqual(['a-b/member']);
  });

  it('deletes all of a run, and nothing of another', async () => {
    await fill('a', 5_000);
    await fill('b');
    expect(await forgetRuns(database, ['a'])).toBeGreaterThan(50_000);
    expect(rowCounts()).toEqual([1, 1, 5, 1, 1, 1]);
    const ledger = makeLocalLedger(database, Date.now);
    expect(await ledger.readRun('a')).toBeUndefined();
    expect(await ledger.readCounts('b')).toEqual({ open: 1 });
  });

  it('throws RUN_UNKNOWN for a run that is not there', async () => {
    await expect(forgetRuns(database, ['a'])).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
  });

  it('never gives the number of a forgotten run to another', async () => {
    for (const run of ['a', 'b', 'c']) await fill(run);
    const forgotten = ['c', 'b'].map((run) => database.runNumber(run));
    await forgetRuns(database, ['c']);
    await forgetRuns(database, ['b']);
    await fill('d');
    expect(forgotten).not.toContain(database.runNumber('d'));
  });

  it('lets a run of the same name begin anew', async () => {
    await fill('a');
    await forgetRuns(database, ['a']);
    await fill('a');
    expect(rowCounts()).toEqual([1, 1, 5, 1, 1, 1]);
    expect(await makeLocalLedger(database, Date.now).readCounts('a')).toEqual({ open: 1 });
  });

  it('takes along what a process left that was killed, or that slept through the end of its run', async () => {
    await fill('a');
    await fill('b');
    const number = database.runNumber('a');
    await forgetRuns(database, ['a']);
    database.prepare("INSERT INTO outcomes (run, batch, body) VALUES (?, 'late', '')").run(number);
    database.prepare("INSERT INTO seen (run, key, batch) VALUES (?, 'k', 99)").run(number);
    await forgetRuns(database, []);
    expect(rowCounts()).toEqual([1, 1, 5, 1, 1, 1]);
  });
});

describe('shrinkStore', () => {
  it('copies the store without holding it in memory', () => {
    const megabytes = 96;
    database.prepare('CREATE TABLE large (part BLOB)').run();
    const insert = database.prepare('INSERT INTO large VALUES (randomblob(1000000))');
    for (let part = 0; part < megabytes; part += 1) insert.run();
    const peakBefore = process.resourceUsage().maxRSS;
    shrinkStore(database);
    expect((process.resourceUsage().maxRSS - peakBefore) / 1_024).toBeLessThan(megabytes / 2);
  });
});
