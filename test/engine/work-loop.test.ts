import { describe, expect, it } from 'vitest';
import type { Engine } from '../../shared/engine/engine.ts';
import { type WorkOptions, workLoop } from '../../shared/engine/loop/work-loop.ts';
import { HaltError } from '../../shared/errors.ts';
import { expectAccounted } from './accounts.ts';
import { interceptFetch } from './intercept-fetch.ts';
import { enterWorld, openSite } from './setting.ts';
import { numbered, page, paths, type SitePages } from './site.ts';
import { deliverNext, leaseMs, makeJob, type World } from './world.ts';

const politeness = { robots: 'ignore' };

/** A process that stops when the run is over, or when its signal aborts. */
function stoppable(world: World, owner: string): { process: Engine; stop(): void } {
  const stopping = new AbortController();
  const process = world.newProcess(owner, (ports) => ({
    ...ports,
    ledger: {
      ...ports.ledger,
      async moveRun(...args) {
        const moved = await ports.ledger.moveRun(...args);
        if (moved) stopping.abort();
        return moved;
      },
    },
  }));
  return { process: { ...process, stopping: stopping.signal }, stop: () => stopping.abort() };
}

function work(process: Engine, options: Partial<WorkOptions> = {}): Promise<void> {
  const onFault = (error: unknown) => {
    throw error;
  };
  return workLoop(process, { runs: ['r'], concurrency: 4, onFault, ...options });
}

describe('workLoop', () => {
  it('works on several batches at once', async () => {
    // No host answers before all three were asked: one batch at a time would wait for ever.
    const asked = new Set<string>();
    const all = Promise.withResolvers<void>();
    const slow: SitePages = {};
    const sites = await Promise.all([openSite(slow), openSite(slow), openSite(slow)]);
    const world = enterWorld();
    const { process } = stoppable(world, 'p');
    const waiting: Engine = {
      ...process,
      async contextOf(run) {
        const context = await process.contextOf(run);
        const { fetcher } = context;
        const fetchInTurn: typeof fetcher.fetchInTurn = async (request, call) => {
          asked.add(new URL(request.url).host);
          if (asked.size === sites.length) all.resolve();
          await all.promise;
          return fetcher.fetchInTurn(request, call);
        };
        return { ...context, fetcher: { ...fetcher, fetchInTurn } };
      },
    };
    const list = sites.map(({ origin }) => `${origin}/1`);
    slow['/1'] = page('One');
    await world.start('r', makeJob({ sources: [{ urls: { list } }], politeness }));
    await work(waiting);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 3 });
    expect((await world.ledger.readRun('r'))?.state).toBe('finished');
  });

  it('finishes what is under way when its signal aborts, and hands on the rest', async () => {
    const world = enterWorld({ batchSize: 3 });
    const { process, stop } = stoppable(world, 'p');
    const pages: SitePages = numbered(6);
    pages['/2'] = () => {
      stop();
      return page('Two');
    };
    const site = await openSite(pages);
    const list = paths(6, site.origin);
    await world.start(
      'r',
      makeJob({ sources: [{ urls: { list } }], politeness, fetch: { concurrencyPerHost: 1 } }),
    );
    await deliverNext(world, 'r', process);
    await work(process, { concurrency: 1 });
    expect(site.log.map(({ path }) => path)).toEqual(['/1', '/2']);
    const counts = await world.ledger.readCounts('r');
    expect(counts).toMatchObject({ stored: 2, open: 2 });
    expect((await world.queue.depth('r')).due).toBe(2);

    await work(stoppable(world, 'q').process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 6 });
    expect(paths(6).map(site.hits)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('tells of a batch that throws, frees its lease and works on; it comes back by itself', async () => {
    const world = enterWorld({ batchSize: 1 });
    const site = await openSite(numbered(3));
    const stopping = new AbortController();
    const faults: string[] = [];
    const bug = new TypeError('a bug');
    let hits = 0;
    const process = interceptFetch({ ...world.newProcess('p'), stopping: stopping.signal }, (url) => {
      if (url === `${site.origin}/1`) throw bug;
      hits += 1;
      if (hits === 2) stopping.abort();
    });
    await world.start('r', makeJob({ sources: [{ urls: { list: paths(3, site.origin) } }], politeness }));
    await work(process, {
      concurrency: 1,
      onFault: (error, { batch }) => {
        expect(error).toBe(bug);
        faults.push(batch.requests[0]?.url ?? '');
      },
    });
    expect(faults).toEqual([`${site.origin}/1`]);
    expect(await world.ledger.readCounts('r')).toMatchObject({ stored: 2, open: 1 });
    expect(
      world.database.prepare('SELECT count(*) AS held FROM batches WHERE owner IS NOT NULL').get(),
    ).toEqual({ held: 0 });
    expect(await world.queue.depth('r')).toMatchObject({ waiting: 1, due: 0 });

    world.advance(leaseMs + 1_001);
    await work(stoppable(world, 'q').process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 3 });
  });

  it('starts no more requests of a batch that throws', async () => {
    const world = enterWorld();
    const site = await openSite(numbered(4));
    const stopping = new AbortController();
    const asked: string[] = [];
    const process = interceptFetch({ ...world.newProcess('p'), stopping: stopping.signal }, (url) => {
      asked.push(new URL(url).pathname);
      throw new TypeError('a bug');
    });
    const sources = [{ urls: { list: paths(4, site.origin) } }];
    await world.start('r', makeJob({ sources, politeness, fetch: { concurrencyPerHost: 1 } }));
    await work(process, { onFault: () => stopping.abort() });
    expect(asked).toEqual(['/1']);
    world.advance(leaseMs + 1_001);
    await work(stoppable(world, 'q').process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 4 });
  });

  it.each<[string, (process: Engine, halt: HaltError) => Engine]>([
    ['opening the run', (process, halt) => ({ ...process, contextOf: () => Promise.reject(halt) })],
    [
      'visiting a page',
      (process, halt) =>
        interceptFetch(process, () => {
          throw halt;
        }),
    ],
  ])('stops when the machine is at fault while %s', async (_, breaking) => {
    const world = enterWorld();
    const site = await openSite(numbered(3));
    const halt = new HaltError('ENV_MISSING', 'no KEY');
    await world.start('r', makeJob({ sources: [{ urls: { list: paths(3, site.origin) } }], politeness }));
    const faults: unknown[] = [];
    const onFault = (error: unknown) => faults.push(error);
    await expect(work(breaking(world.newProcess('p'), halt), { onFault })).rejects.toBe(halt);
    expect(faults).toEqual([halt]);
    expect((await world.ledger.readCounts('r'))['failed']).toBeUndefined();
    world.advance(leaseMs + 1_001);
    await work(stoppable(world, 'q').process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 3 });
  });

  it('stops when leases can not be renewed: others may have its batches', async () => {
    const limits = { leaseMs: 400 };
    const world = enterWorld(limits);
    const renewal = Promise.withResolvers<void>();
    const site = await openSite({
      '/1': async () => {
        await renewal.promise;
        return page('One');
      },
    });
    await world.start('r', makeJob({ sources: [{ urls: { list: [`${site.origin}/1`] } }], politeness }));
    const fault = new Error('the store is gone');
    const process = world.newProcess('p', (ports) => ({
      ...ports,
      ledger: {
        ...ports.ledger,
        renewLeases() {
          renewal.resolve();
          return Promise.reject(fault);
        },
      },
    }));
    await expect(work(process)).rejects.toMatchObject({ code: 'STORE_FAILED', cause: fault });
  });
});
