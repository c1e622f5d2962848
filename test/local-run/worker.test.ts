import { fork } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { loadSettings, parseJobs } from '../../shared/job/load.ts';
import { openLocalStore } from '../../shared/local-run/local-store.ts';
import { readProgress } from '../../shared/local-run/run-local.ts';
import { startRuns } from '../../shared/local-run/start-runs.ts';
import { type WorkerOrders, work } from '../../shared/local-run/worker.ts';
import type { ToProcess } from '../../shared/pool/messages.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { serveSmallSite, smallJob } from '../cli/small-site.ts';

describe('work', () => {
  it('ends when all of its runs are over, and not before', async () => {
    const { path: projectDir, remove } = temporaryFolder();
    const settings = loadSettings('none.yaml');
    await using few = await serveSmallSite(1);
    await using many = await serveSmallSite(60);
    await using store = await openLocalStore(settings, projectDir, 'test');
    const jobs = [few, many].flatMap(({ origin }) => parseJobs(smallJob(origin), 'small.yaml'));
    const runs = (await startRuns(store, jobs)).map(({ id }) => id);

    const { signal } = new AbortController();
    await work({ projectDir, runs, settings }, 0, { name: 'w1', signal, onOrphaned: () => undefined });
    const progress = await readProgress(store, runs);
    expect(progress.map(({ isOver, run }) => [isOver, run.state])).toEqual([
      [true, 'finished'],
      [true, 'finished'],
    ]);
    remove();
  });

  it('gives back what it holds when its parent has gone', async () => {
    const { path: projectDir, remove } = temporaryFolder();
    const settings = loadSettings('none.yaml');
    await using site = await serveSmallSite(10);
    await using store = await openLocalStore(settings, projectDir, 'test');
    const [run] = await startRuns(store, parseJobs(smallJob(site.origin), 'small.yaml'));
    const runs = [run?.id ?? ''];
    site.hold();

    const child = fork(new URL('../../shared/pool/process-main.ts', import.meta.url), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    const orders: WorkerOrders = { projectDir, runs, settings };
    const module = new URL('../../shared/local-run/worker.ts', import.meta.url).href;
    const call: ToProcess = { type: 'call', call: 0, name: 'w1', module, export: 'work', args: [orders, 0] };
    child.send(call);
    await site.asked(1);
    expect(await store.queue.receive({ runs, max: 1 })).toEqual([]);

    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
    const [delivery] = await store.queue.receive({ runs, max: 1 });
    const { run: id = '', id: batch = '' } = delivery?.batch ?? {};
    const claim = { run: id, batch, owner: 'test', leaseMs: settings.leaseMs };
    expect(await store.ledger.lease(claim)).toMatchObject({ state: 'mine' });
    remove();
  });
});
