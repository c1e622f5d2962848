import { availableParallelism } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startRun } from '../../shared/engine/run/start-run.ts';
import { loadSettings, parseJobs } from '../../shared/job/load.ts';
import { type LocalStore, openLocalStore } from '../../shared/local-run/local-store.ts';
import { type LocalRunOptions, runLocal } from '../../shared/local-run/run-local.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { serveSmallSite, smallJob } from '../cli/small-site.ts';

const settings = { ...loadSettings('none.yaml'), processes: 2 };
const never = new AbortController().signal;
const run = 'still-1';

let folder: ReturnType<typeof temporaryFolder>;
let store: LocalStore;
beforeEach(async () => {
  folder = temporaryFolder();
  store = await openLocalStore(settings, folder.path, 'test');
  // Its one batch was never sent: there is nothing to do, and no end to it.
  await store.ledger.createRun({ id: run, job: {}, baseDir: '/', state: 'running', startedAt: 0 });
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  folder.remove();
});

/** Options of a run that sees its processes in `pids`. */
function optionsWith(pids: Set<number>): LocalRunOptions {
  return {
    store,
    settings,
    projectDir: folder.path,
    runs: [run],
    draining: never,
    killing: never,
    onProgress: (_progress, seen) => {
      for (const pid of seen) pids.add(pid);
    },
    onCrash: () => undefined,
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('runLocal', () => {
  const broken = new Error('the disk is full');
  const fail = () => {
    throw broken;
  };
  type Break = (options: LocalRunOptions, pids: Set<number>) => LocalRunOptions;
  const breaks: [what: string, change: Break][] = [
    [
      'queue.depth',
      (options) => ({ ...options, store: { ...store, queue: { ...store.queue, depth: fail } } }),
    ],
    [
      'ledger.readCounts',
      (options, pids) => {
        const readCounts = (id: string) => (pids.size > 0 ? fail() : store.ledger.readCounts(id));
        return { ...options, store: { ...store, ledger: { ...store.ledger, readCounts } } };
      },
    ],
    [
      'onProgress',
      (options) => ({
        ...options,
        onProgress(progress, seen) {
          options.onProgress(progress, seen);
          fail();
        },
      }),
    ],
  ];

  it.each(breaks)('ends with the error of %s, and leaves no process behind', async (_what, change) => {
    const pids = new Set<number>();
    await expect(runLocal(change(optionsWith(pids), pids))).rejects.toBe(broken);
    expect(pids.size).toBe(2);
    expect([...pids].filter(isAlive)).toEqual([]);
  });

  it('ends with the HaltError of a worker, and leaves no process behind', async () => {
    const pids = new Set<number>();
    // A file is no folder.
    const options = optionsWith(pids);
    const broken = runLocal({ ...options, settings: { ...settings, store: `${store.file}/store.db` } });
    await expect(broken).rejects.toMatchObject({
      name: 'HaltError',
      code: 'STORE_FAILED',
      message: expect.stringContaining('store.db'),
    });
    expect([...pids].filter(isAlive)).toEqual([]);
  });

  it.runIf(availableParallelism() > 1)(
    'starts a process per core only once there is more than one batch',
    async () => {
      await using site = await serveSmallSite(60);
      const most = async (id: string, maxPages: number) => {
        const [loaded] = parseJobs(smallJob(site.origin), 'small.yaml');
        if (loaded === undefined) throw new Error('no job');
        const { job } = loaded;
        const run = { id, job: { ...job, limits: { ...job.limits, maxPages } }, baseDir: folder.path };
        await startRun(store.ledger, store.queue, { ...run, startedAt: Date.now() });
        let seen = 0;
        // The first page alone is answered until the others are there.
        site.hold();
        const first = site.asked(site.seen.filter((path) => path !== '/robots.txt').length + 1).then(() => {
          site.release();
          if (maxPages > 1) site.hold();
        });
        const views = await runLocal({
          ...{ ...optionsWith(new Set()), runs: [id] },
          settings: { ...settings, processes: 'auto', batchSize: 5 },
          onProgress(_progress, pids) {
            seen = Math.max(seen, pids.length);
            if (pids.length === availableParallelism()) site.release();
          },
        });
        await first;
        expect(views).toMatchObject([{ isOver: true }]);
        return seen;
      };
      expect(await most('one-1', 1)).toBe(1);
      expect(await most('many-1', 60)).toBe(availableParallelism());
    },
  );

  it('replaces a worker that dies, and says so', async () => {
    const draining = new AbortController();
    const crashes: [pid: number | undefined, reason: string][] = [];
    let first: number | undefined;
    const views = await runLocal({
      ...optionsWith(new Set()),
      draining: draining.signal,
      onCrash: (...crash) => crashes.push(crash),
      onProgress(_progress, pids) {
        if (crashes.length > 0 && pids.length === 2) draining.abort();
        else if (first === undefined && pids.length === 2) {
          [first] = pids;
          process.kill(first ?? 0, 'SIGKILL');
        }
      },
    });
    expect(views).toMatchObject([{ run: { id: run }, isOver: false }]);
    expect(crashes).toEqual([[first, 'SIGKILL']]);
  });

  it('hands on at once what a worker that dies was at work on, and not after its lease', async () => {
    await using site = await serveSmallSite(3);
    const [loaded] = parseJobs(smallJob(site.origin), 'small.yaml');
    if (loaded === undefined) throw new Error('no job');
    const { ledger, queue } = store;
    await startRun(ledger, queue, {
      id: 'dies-1',
      job: loaded.job,
      baseDir: folder.path,
      startedAt: Date.now(),
    });
    let isKilled = false;
    site.hold();
    const views = await runLocal({
      ...optionsWith(new Set()),
      // Longer than the test.
      settings: { ...settings, processes: 1, leaseMs: 600_000 },
      runs: ['dies-1'],
      onProgress(_progress, [pid]) {
        if (isKilled || pid === undefined || site.seen.every((path) => path === '/robots.txt')) return;
        isKilled = true;
        process.kill(pid, 'SIGKILL');
        site.release();
      },
    });
    expect(isKilled).toBe(true);
    expect(views).toMatchObject([{ run: { id: 'dies-1' }, isOver: true, counts: { crashes: 1, open: 0 } }]);
  });

  it.each(['draining', 'killing'])('starts nothing when %s was aborted before', async (which) => {
    const pids = new Set<number>();
    const views = await runLocal({ ...optionsWith(pids), [which]: AbortSignal.abort() });
    expect(views).toMatchObject([{ run: { id: run }, isOver: false }]);
    expect([...pids]).toEqual([]);
  });
});
