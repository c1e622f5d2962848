import { getEventListeners } from 'node:events';
import { setImmediate as settled, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { clockSkewMs, type Engine } from '../../shared/engine/engine.ts';
import { type Load, makeLoad } from '../../shared/engine/load.ts';
import type { Visit } from '../../shared/engine/make-visit.ts';
import { makeHoldings } from '../../shared/engine/turns/holdings.ts';
import { enterWorld } from './setting.ts';
import { leaseMs, makeJob, type World } from './world.ts';

const batch = 'b';

/** A process that has the lease of a batch. */
async function enter(
  load: Load | 'none' = makeLoad(new AbortController().signal),
  stopping = new AbortController().signal,
) {
  const world = enterWorld();
  await world.start('r', makeJob({ sources: [{ urls: { list: ['http://h.test/'] } }] }));
  const engine: Engine = { ...world.newProcess('p'), stopping, ...(load === 'none' ? {} : { load }) };
  const terms = { run: 'r', batch, owner: 'p', leaseMs, token: 'first' };
  const lease = await engine.ledger.lease(terms);
  if (lease.state !== 'mine') throw new Error('nobody else is there');
  return {
    world,
    engine,
    load: engine.load ?? makeLoad(stopping),
    lease,
    holdings: makeHoldings(engine, terms, lease),
  };
}

function another(world: World) {
  return world.newProcess('q').ledger.lease({ run: 'r', batch, owner: 'q', leaseMs });
}

/** A wait that lasts until it is ended. */
function openWait() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { wait: () => promise, end: resolve };
}

describe('makeHoldings', () => {
  it('gives the lease back while a turn is waited for, and takes it again for the turn', async () => {
    const { world, engine, load, lease, holdings } = await enter();
    const { wait, end } = openWait();
    const parked = holdings.park(world.now() + 1_000, wait);
    await settled();
    expect(load.active).toBe(0);
    expect(await engine.ledger.readBatches('r', [batch])).toMatchObject([{ heldUntil: 0 }]);
    end();
    expect(await parked).toBe('mine');
    expect(load.active).toBe(1);
    expect(holdings.fence).toBeGreaterThan(lease.fence);
    expect(await another(world)).toMatchObject({ state: 'held' });
    holdings.close();
    expect(load).toMatchObject({ active: 0, heldBytes: 0 });
  });

  it('gives back no lease of a batch that was done already', async () => {
    const { world, engine, load, lease, holdings: first } = await enter();
    const open = { shard: 0, added: {} };
    await engine.ledger.commit({ run: 'r', batch, fence: lease.fence, counts: {}, open });
    first.close();
    const terms = { run: 'r', batch, owner: 'p', leaseMs, token: 'second' };
    const done = await engine.ledger.lease(terms);
    if (done.state !== 'done') throw new Error(done.state);
    const holdings = makeHoldings(engine, terms, done);
    expect(holdings.fence).toBe(0);
    const { wait, end } = openWait();
    const parked = holdings.park(world.now() + 1_000, wait);
    await settled();
    expect(load.active).toBe(1);
    end();
    await parked;
    holdings.close();
    expect(load.active).toBe(0);
  });

  it('lets nobody be suspected of the death of a process in which it only waits', async () => {
    const { world, engine, holdings } = await enter();
    void holdings.park(world.now() + 1_000, openWait().wait);
    await settled();
    world.database.prepare("UPDATE batches SET until = 0 WHERE owner = 'p'").run();
    expect(await another(world)).toMatchObject({ state: 'mine', crashes: 0 });
    expect((await engine.ledger.readCounts('r'))['crashes']).toBeUndefined();
  });

  it.each<[string, string, (world: World) => Promise<unknown>]>([
    ['lost', 'holds it', another],
    [
      'lost',
      'had it done',
      async (world) => {
        const lease = await another(world);
        if (lease.state !== 'mine') return;
        const open = { shard: 0, added: {} };
        await world.ledger.commit({ run: 'r', batch, fence: lease.fence, counts: {}, open });
      },
    ],
    [
      'changed',
      'had it',
      async (world) => {
        const lease = await another(world);
        if (lease.state === 'mine') await world.ledger.releaseLease({ run: 'r', batch, fence: lease.fence });
      },
    ],
  ])('is %s when another process %s meanwhile', async (state, _, meanwhile) => {
    const { world, holdings } = await enter();
    const { wait, end } = openWait();
    const parked = holdings.park(world.now() + 1_000, wait);
    await settled();
    await meanwhile(world);
    end();
    expect(await parked).toBe(state);
    expect(holdings.lostUntil !== undefined).toBe(state === 'lost');
  });

  it('comes back when the lease of the process that holds it must have ended, or at once where nobody does', async () => {
    const { world, holdings } = await enter();
    const { wait, end } = openWait();
    const parked = holdings.park(world.now() + 1_000, wait);
    await settled();
    const lease = await another(world);
    if (lease.state !== 'mine') throw new Error(lease.state);
    end();
    await parked;
    expect(holdings.lostUntil).toBe(lease.until + clockSkewMs);

    const done = await enter();
    const turn = openWait();
    const parkedToo = done.holdings.park(done.world.now() + 1_000, turn.wait);
    await settled();
    const other = await another(done.world);
    if (other.state !== 'mine') throw new Error(other.state);
    const open = { shard: 0, added: {} };
    await done.world.ledger.commit({ run: 'r', batch, fence: other.fence, counts: {}, open });
    turn.end();
    await parkedToo;
    expect(done.holdings.lostUntil).toBeLessThanOrEqual(done.world.now());
  });

  it('keeps the lease while a request is under way, and gives it back when that has ended', async () => {
    const { world, load, holdings } = await enter();
    const request = openWait();
    const turn = openWait();
    const visiting = holdings.whileActive(request.wait);
    const parked = holdings.park(world.now() + 1_000, turn.wait);
    await settled();
    expect(load.active).toBe(1);
    request.end();
    await visiting;
    await settled();
    expect(load.active).toBe(0);
    turn.end();
    expect(await parked).toBe('mine');
  });

  it('keeps the lease for a wait that is short, and where the process has no load', async () => {
    const short = await enter();
    await short.holdings.park(short.world.now() + 50, async () => settled());
    expect(short.holdings.fence).toBe(short.lease.fence);
    const { world, lease, holdings } = await enter('none');
    await holdings.park(world.now() + 10_000, async () => settled());
    expect(holdings.fence).toBe(lease.fence);
  });

  it('takes a wait of a tenth of a second for one that is not short', async () => {
    const { world, engine, lease } = await enter();
    const at = world.now();
    const terms = { run: 'r', batch, owner: 'p', leaseMs, token: 'first' };
    const holdings = makeHoldings({ ...engine, now: () => at }, terms, lease);
    await holdings.park(at + 99, async () => settled());
    expect(holdings.fence).toBe(lease.fence);
    await holdings.park(at + 100, async () => settled());
    expect(holdings.fence).toBeGreaterThan(lease.fence);
  });

  it('keeps the lease while a copy of its message could use the turn that it has used', async () => {
    const { world, lease, holdings } = await enter();
    holdings.guard({ firstAt: world.now(), count: 2, spacingMs: 60_100, slackMs: 60_000 });
    await holdings.park(world.now() + 60_100, async () => settled());
    expect(holdings.fence).toBe(lease.fence);
    world.advance(60_200);
    await holdings.park(world.now() + 60_100, async () => settled());
    expect(holdings.fence).toBeGreaterThan(lease.fence);
  });

  it('stops each of many batches by a signal of its own', async () => {
    const process = new AbortController();
    const load = makeLoad(process.signal);
    const { holdings, engine, lease } = await enter(load, process.signal);
    const closed = makeHoldings(engine, { run: 'r', batch: 'c', owner: 'p', leaseMs, token: 't' }, lease);
    closed.close();
    expect(load.stops.size).toBe(1);
    const waiting = sleep(60_000, undefined, { signal: holdings.stopping });
    expect(getEventListeners(process.signal, 'abort')).toHaveLength(1);
    process.abort();
    await expect(waiting).rejects.toThrow('aborted');
    const late = await enter(makeLoad(process.signal), process.signal);
    expect(late.holdings.stopping.aborted).toBe(true);
    expect(closed.stopping.aborted).toBe(false);
  });

  it('counts what a batch keeps of its pages until its end', async () => {
    const { load, holdings } = await enter();
    const item = { item: 'page', url: 'http://h/', fields: { text: 'x'.repeat(10_000) } };
    const visit = { items: [item], links: [] } as unknown as Visit;
    holdings.keep(visit);
    expect(load.heldBytes).toBeGreaterThan(20_000);
    expect(load.heldBytes).toBeLessThan(22_000);
    holdings.close();
    expect(load.heldBytes).toBe(0);
  });
});
