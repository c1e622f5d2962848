import { describe, expect, it } from 'vitest';
import type { Delivery, SlotAnswer } from '../../shared/coordination/ports.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { type EventOptions, workOnEvent } from '../../shared/engine/loop/work-on-event.ts';
import { HaltError } from '../../shared/errors.ts';
import { expectAccounted } from './accounts.ts';
import { interceptFetch } from './intercept-fetch.ts';
import { enterWorld, openSite } from './setting.ts';
import { numbered, paths } from './site.ts';
import { deliverNext, driveRun, makeJob, type World } from './world.ts';

const politeness = { robots: 'ignore' };

async function startNumbered(world: World, pages: number, origin: string): Promise<void> {
  const list = paths(pages, origin);
  await world.start('r', makeJob({ sources: [{ urls: { list } }], politeness }));
}

/** What a function receives: everything that is due. */
async function receiveEvent(process: Engine): Promise<Delivery[]> {
  return process.queue.receive({ runs: ['r'], max: 10 });
}

function options(changes: Partial<EventOptions> = {}): EventOptions {
  const onFault = (error: unknown) => {
    throw error;
  };
  return { inNameOf: (_, body) => body(), onFault, ...changes };
}

describe('workOnEvent', () => {
  it('works on all batches of an event at once, each in the name of its run', async () => {
    const world = enterWorld({ batchSize: 1 });
    const process = world.newProcess('p');
    const site = await openSite(numbered(3));
    await startNumbered(world, 3, site.origin);
    await deliverNext(world, 'r', process);
    const names: string[] = [];
    const all = Promise.withResolvers<void>();
    let asked = 0;
    const waiting = interceptFetch(process, async () => {
      asked += 1;
      if (asked === 3) all.resolve();
      await all.promise;
    });
    const inNameOf: EventOptions['inNameOf'] = (run, body) => {
      names.push(run);
      return body();
    };
    await workOnEvent(waiting, await receiveEvent(process), options({ inNameOf }));
    expect(names).toEqual(['r', 'r', 'r']);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 3 });
  });

  it('drops a batch of a run that was forgotten, tells of it, and leaves nothing of it', async () => {
    const world = enterWorld();
    const process = world.newProcess('p');
    const touched: string[] = [];
    const ledger = { ...process.ledger, readRun: async () => undefined };
    const lease: Engine['ledger']['lease'] = (claim) => {
      touched.push(claim.batch);
      return process.ledger.lease(claim);
    };
    await world.start('r', makeJob({ sources: [{ urls: { list: ['http://a.test/'] } }], politeness }));
    const event = await receiveEvent(process);
    const dropped: string[] = [];
    await workOnEvent(
      { ...process, ledger: { ...ledger, lease } },
      event,
      options({ onDropped: ({ batch }) => dropped.push(batch.id) }),
    );
    expect({ dropped, touched }).toEqual({ dropped: ['seed'], touched: [] });
    // Acknowledged: it does not come again.
    expect((await world.queue.depth('r')).waiting).toBe(0);
  });

  /** Pages that an event of eight batches of one host stored, which has 40 turns. */
  async function storedInTurns(gapMs: number): Promise<number> {
    const world = enterWorld({ batchSize: 5, maxWaitMs: 15_000 });
    let reservations = 0;
    const process = world.newProcess('p', (ports) => ({
      ...ports,
      ledger: {
        ...ports.ledger,
        async reserveSlots(request) {
          reservations += 1;
          // The turns after those of the eight batches are other processes'.
          const others: SlotAnswer = { state: 'busy', until: world.now() + 60_000 };
          return reservations > 8 ? others : ports.ledger.reserveSlots(request);
        },
      },
    }));
    const site = await openSite(numbered(40));
    const job = makeJob({
      sources: [{ urls: { list: paths(40, site.origin) } }],
      politeness: { ...politeness, gapMs, slowDown: false },
      fetch: { concurrencyPerHost: 2 },
    });
    await world.start('r', job);
    await deliverNext(world, 'r', process);
    await workOnEvent(process, await receiveEvent(process), options());
    return (await world.ledger.readCounts('r'))['stored'] ?? 0;
  }

  it('uses the turns of all batches of one host, though few fetches may be under way at once', async () => {
    let stored = 0;
    // A busy machine misses short turns, and has longer ones; a batch that waits for its own must not cost others theirs at any length.
    for (const gapMs of [20, 100, 300]) {
      stored = await storedInTurns(gapMs);
      if (stored > 30) break;
    }
    expect(stored).toBeGreaterThan(30);
  });

  it('works on one suspect alone, after its neighbours, and sends the other suspects again', async () => {
    const world = enterWorld({ batchSize: 1 });
    const process = world.newProcess('p');
    const site = await openSite(numbered(3));
    await startNumbered(world, 3, site.origin);
    await deliverNext(world, 'r', process);
    const [first, second, third] = await receiveEvent(process);
    const event = [first, second, third].flatMap((delivery) => delivery ?? []);
    const crashed = event.map(
      (delivery, index): Delivery =>
        index < 2 ? { ...delivery, batch: { ...delivery.batch, crashes: 2 } } : delivery,
    );
    await workOnEvent(process, crashed, options());
    expect(site.log.map(({ path }) => path)).toEqual(['/3', '/1']);

    world.advance(1_001);
    const [again] = await receiveEvent(process);
    expect(again?.batch).toMatchObject({ crashes: 2, requests: [{ url: `${site.origin}/2` }] });
    await workOnEvent(process, again === undefined ? [] : [again], options());
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 3 });
  });

  it('sends a batch again whose process is at fault, and does not take that for a crash', async () => {
    const world = enterWorld({ batchSize: 1 });
    const process = world.newProcess('p');
    const site = await openSite(numbered(2));
    await startNumbered(world, 2, site.origin);
    await deliverNext(world, 'r', process);
    const bug = new TypeError('a bug');
    const faults: unknown[] = [];
    const broken = interceptFetch(process, (url) => {
      if (url === `${site.origin}/1`) throw bug;
    });
    await workOnEvent(
      broken,
      await receiveEvent(process),
      options({ onFault: (fault) => faults.push(fault) }),
    );
    expect(faults).toEqual([bug]);
    expect(await world.ledger.readCounts('r')).toMatchObject({ stored: 1, open: 1 });
    world.advance(60_001);
    const [again] = await receiveEvent(process);
    expect(again).toMatchObject({ receives: 1 });
    expect(again?.batch.crashes).toBeUndefined();
    await workOnEvent(process, again === undefined ? [] : [again], options());
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 2 });
  });

  it('pauses the run, with the reason, when its configuration is at fault', async () => {
    const world = enterWorld({ batchSize: 1 });
    const process = world.newProcess('p');
    const site = await openSite(numbered(2));
    await startNumbered(world, 2, site.origin);
    const halt = new HaltError('ENV_MISSING', 'TOKEN is not set');
    const broken: Engine = { ...process, contextOf: () => Promise.reject(halt) };
    await workOnEvent(broken, await receiveEvent(process), options({ onFault: () => undefined }));
    expect(await world.ledger.readRun('r')).toMatchObject({
      state: 'paused',
      reason: { code: 'ENV_MISSING', message: 'TOKEN is not set' },
    });
    await world.ledger.moveRun('r', ['paused'], 'running');
    await driveRun(world, 'r', process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 2 });
  });

  it('splits a batch whose page brings about the same mistake again and again, and fails that page alone', async () => {
    const world = enterWorld({ batchSize: 5, maxCrashes: { together: 1, alone: 4 } });
    const process = world.newProcess('p');
    const site = await openSite(numbered(5));
    await startNumbered(world, 5, site.origin);
    await deliverNext(world, 'r', process);
    const broken = interceptFetch(process, (url) => {
      if (url === `${site.origin}/3`) throw new TypeError('a bug');
    });
    for (let event = 0; (await world.ledger.readCounts('r'))['open'] !== 0; event += 1) {
      expect(event).toBeLessThan(40);
      await workOnEvent(broken, await receiveEvent(process), options({ onFault: () => undefined }));
      world.advance(900_001);
    }
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 4, 'failed:BATCH_CRASHED': 1 });
  });

  it('pauses the run when what surrounds it stays at fault, ever more slowly asked', async () => {
    const world = enterWorld();
    const process = world.newProcess('p');
    const site = await openSite(numbered(1));
    await startNumbered(world, 1, site.origin);
    const denied = Object.assign(new Error('not allowed'), { name: 'AccessDeniedException' });
    const broken: Engine = { ...process, contextOf: () => Promise.reject(denied) };
    const startedAt = world.now();
    let events = 0;
    for (; (await world.ledger.readRun('r'))?.state === 'running'; events += 1) {
      await workOnEvent(broken, await receiveEvent(process), options({ onFault: () => undefined }));
      world.advance(Number((await world.queue.depth('r')).nextDueAt) - world.now());
    }
    expect(events).toBe(8);
    expect(world.now() - startedAt).toBeGreaterThan(20 * 60_000);
    expect(await world.ledger.readRun('r')).toMatchObject({
      state: 'paused',
      reason: { code: 'FAULT_LASTS', message: 'AccessDeniedException: not allowed' },
    });
    await world.ledger.moveRun('r', ['paused'], 'running');
    await driveRun(world, 'r', process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1 });
  });

  it('asks no page in the last resort: it splits, gives up, and sends the rest back', async () => {
    const world = enterWorld({ batchSize: 5, maxCrashes: { together: 2, alone: 8 } });
    const process = world.newProcess('p');
    const site = await openSite(numbered(3));
    await startNumbered(world, 3, site.origin);
    await deliverNext(world, 'r', process);
    const lastResort: Engine = { ...process, isLastResort: true };
    const letter = async (crashes: number) => {
      const [delivery] = await process.queue.receive({ runs: ['r'], max: 1 });
      return delivery === undefined ? [] : [{ ...delivery, batch: { ...delivery.batch, crashes } }];
    };
    await workOnEvent(lastResort, await letter(2), options());
    expect(await world.ledger.readCounts('r')).toMatchObject({ open: 3 });
    await workOnEvent(lastResort, await letter(8), options());
    expect(await world.ledger.readCounts('r')).toMatchObject({ open: 2, 'failed:BATCH_CRASHED': 1 });
    await workOnEvent(lastResort, await letter(7), options());
    expect(await world.ledger.readCounts('r')).toMatchObject({ open: 2, 'failed:BATCH_CRASHED': 1 });
    expect(site.log).toEqual([]);
    await driveRun(world, 'r', process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 2, failed: 1 });
  });

  it('takes no lease for a batch of a paused run', async () => {
    const world = enterWorld();
    const leases: string[] = [];
    const process = world.newProcess('p', (ports) => ({
      ...ports,
      ledger: {
        ...ports.ledger,
        lease: (claim) => {
          leases.push(claim.batch);
          return ports.ledger.lease(claim);
        },
      },
    }));
    const site = await openSite(numbered(1));
    await startNumbered(world, 1, site.origin);
    await world.ledger.moveRun('r', ['running'], 'paused');
    await workOnEvent(process, await receiveEvent(process), options());
    expect(leases).toEqual([]);
    expect(await world.queue.depth('r')).toMatchObject({ waiting: 1, due: 0 });
  });

  it('ends a run that is older than what the store keeps', async () => {
    const world = enterWorld({ maxRunMs: 60_000 });
    const process = world.newProcess('p');
    const site = await openSite(numbered(2));
    await startNumbered(world, 2, site.origin);
    await deliverNext(world, 'r', process);
    world.advance(60_001);
    await driveRun(world, 'r', process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ 'skipped:LIMIT_RETENTION': 2 });
  });

  it('leaves what it can neither finish nor send again to be delivered again', async () => {
    const world = enterWorld();
    const process = world.newProcess('p');
    const site = await openSite(numbered(1));
    await startNumbered(world, 1, site.origin);
    const event = await receiveEvent(process);
    const down = new Error('no network');
    const queue = { ...process.queue, send: () => Promise.reject(down) };
    const faults: unknown[] = [];
    const broken: Engine = { ...process, queue, contextOf: () => Promise.reject(new TypeError('a bug')) };
    await workOnEvent(broken, event, options({ onFault: (fault) => faults.push(fault) }));
    expect(faults).toHaveLength(2);
    expect(await world.queue.depth('r')).toMatchObject({ waiting: 1, due: 0 });
  });

  it('starts no fetch that could outlast the process, and sends the batch again as it is', async () => {
    const world = enterWorld();
    const process = world.newProcess('p');
    const site = await openSite(numbered(3));
    await startNumbered(world, 3, site.origin);
    await deliverNext(world, 'r', process);
    const ending: Engine = { ...process, endsAt: world.now() + 60_000 };
    await workOnEvent(ending, await receiveEvent(process), options());
    expect(site.log).toEqual([]);
    expect(await world.ledger.readCounts('r')).toMatchObject({ open: 1 });
    await workOnEvent({ ...process, endsAt: world.now() + 80_000 }, await receiveEvent(process), options());
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 3 });
  });
});
