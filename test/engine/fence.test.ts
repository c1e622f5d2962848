import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Engine } from '../../shared/engine/engine.ts';
import { urlKeyOf } from '../../shared/engine/ids.ts';
import { admit } from '../../shared/engine/outcome/admit.ts';
import { runBatch } from '../../shared/engine/run-batch.ts';
import type { Outcome, PageRequest } from '../../shared/model.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { numbered, page } from './site.ts';
import {
  deliverNext,
  driveRun,
  itemLines,
  leaseMs,
  makeJob,
  outcomesOf,
  type Ports,
  type World,
} from './world.ts';
import { wrapPorts } from './wrap-ports.ts';

/** Stops the first call of one method until it is let go: a process that stalls there. */
function stalling<Port extends keyof Ports>(ports: Ports, name: Port, method: keyof Ports[Port]) {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const stalled = wrapPorts(ports, async (called, call) => {
    if (called === `${name}.${String(method)}`) {
      reached.resolve();
      await gate.promise;
    }
    return call();
  });
  return { ports: stalled, reached: reached.promise, release: gate.resolve };
}

function stallingProcess<Port extends keyof Ports>(
  world: World,
  owner: string,
  name: Port,
  method: keyof Ports[Port],
) {
  let stall: ReturnType<typeof stalling> | undefined;
  const process = world.newProcess(owner, (ports) => {
    stall = stalling(ports, name, method);
    return stall.ports;
  });
  if (stall === undefined) throw new Error('newProcess calls wrap');
  return { process, reached: stall.reached, release: stall.release };
}

async function receive(process: Engine) {
  const [delivery] = await process.queue.receive({ runs: ['r'], max: 1 });
  if (delivery === undefined) throw new Error('nothing is due');
  return delivery;
}

/** A run whose first page, the next to be delivered, has another heading each time, and links only the first. */
async function startRun(world: World) {
  const site = await openSite({
    ...numbered(3),
    '/': ({ earlier }) => page(`Visit ${earlier + 1}`, ...(earlier === 0 ? ['/1', '/2', '/3'] : [])),
  });
  const pages = { default: { follow: ['a'], fields: { title: 'h1' } } };
  const sources = [{ crawl: { start: `${site.origin}/` } }];
  await world.start('r', makeJob({ sources, pages, politeness: { robots: 'ignore' } }));
  await deliverNext(world, 'r', world.newProcess('seeder'));
  return site;
}

describe('a process that stalls while another takes its batch over', () => {
  it('is refused by the fence while the other still works', async () => {
    const world = enterWorld();
    await startRun(world);
    const slow = stallingProcess(world, 'slow', 'ledger', 'commit');
    const stalled = runBatch(slow.process, await receive(slow.process));
    await slow.reached;
    world.advance(leaseMs + 1_001);
    const next = stallingProcess(world, 'next', 'ledger', 'commit');
    const working = runBatch(next.process, await receive(next.process));
    await next.reached;

    const before = await world.ledger.readCounts('r');
    slow.release();
    expect(await stalled).toBe('stale');
    expect(await world.ledger.readCounts('r')).toEqual(before);
    next.release();
    expect(await working).toBe('done');
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 4, items: 4 });
  });

  it('adds nothing once the other has committed', async () => {
    const world = enterWorld();
    await startRun(world);
    const slow = stallingProcess(world, 'slow', 'ledger', 'commit');
    const stalled = runBatch(slow.process, await receive(slow.process));
    await slow.reached;
    world.advance(leaseMs + 1_001);
    const next = world.newProcess('next');
    expect(await runBatch(next, await receive(next))).toBe('done');

    const before = await world.ledger.readCounts('r');
    slow.release();
    expect(await stalled).toBe('done');
    expect(await world.ledger.readCounts('r')).toEqual(before);
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 4, items: 4 });
  });

  it('loses the race for the outcome, and goes on from the one that won', async () => {
    const world = enterWorld();
    await startRun(world);
    const slow = stallingProcess(world, 'slow', 'outcomes', 'write');
    const stalled = runBatch(slow.process, await receive(slow.process));
    await slow.reached;
    world.advance(leaseMs + 1_001);
    const next = stallingProcess(world, 'next', 'outcomes', 'write');
    const working = runBatch(next.process, await receive(next.process));
    await next.reached;

    // The stale holder's outcome is there first; the holder of the lease commits it.
    slow.release();
    expect(await stalled).toBe('stale');
    next.release();
    expect(await working).toBe('done');
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 4, items: 4 });
    const titles = (await itemLines(world, 'r')).filter((line) => line.includes('Visit'));
    expect(titles).toHaveLength(1);
    expect(titles[0]).toContain('Visit 1');
    expect(await outcomesOf(world, 'r')).toHaveLength(3);
  });
});

describe('a message that comes round while its batch is worked on', () => {
  it('is sent again for later: it may be the only one, should the holder die', async () => {
    const world = enterWorld();
    const site = await startRun(world);
    const holder = stallingProcess(world, 'holder', 'outcomes', 'write');
    const stalled = runBatch(holder.process, await receive(holder.process));
    await holder.reached;
    // The heartbeat renews the lease, and dies before it extends the message.
    world.advance(leaseMs - 1_000);
    await world.ledger.renewLeases('holder', leaseMs);
    world.advance(2_001);
    const other = world.newProcess('other');
    const asked = site.log.length;
    expect(await runBatch(other, await receive(other))).toBe('held');
    expect(site.log).toHaveLength(asked);

    await driveRun(world, 'r', other);
    await expectAccounted(world, 'r');
    expect((await world.ledger.readRun('r'))?.state).toBe('finished');
    holder.release();
    expect(await stalled).toBe('done');
    await expectAccounted(world, 'r');
  });
});

describe('admit', () => {
  const request = (index: number): PageRequest => ({
    kind: 'page',
    url: `http://a.test/${index}`,
    label: 'default',
    depth: 0,
    attempt: 0,
  });
  const outcome = (batch: string, links: number[]): Outcome => ({
    run: 'r',
    batch,
    pages: [],
    items: [],
    links: links.map(request),
    retries: [],
    counts: {},
    batchSizes: { own: 1, other: 1 },
  });

  it('gives a batch its links again in a process that saw them from another batch', async () => {
    const world = enterWorld();
    await world.start('r', makeJob({ sources: [{ crawl: { start: 'http://a.test/' } }] }));
    const [one, other] = [world.newProcess('one'), world.newProcess('other')];
    for (const batch of ['A', 'B']) await world.ledger.lease({ run: 'r', batch, owner: 'one', leaseMs });
    const first = await admit(one, await one.contextOf('r'), outcome('A', [1, 2]));
    const context = await other.contextOf('r');
    expect((await admit(other, context, outcome('B', [1, 2]))).requests).toEqual([]);
    expect(await admit(other, context, outcome('A', [1, 2]))).toEqual(first);
    expect(first.requests).toEqual([request(1), request(2)]);
  });

  it('names the host of a URL to the ledger, which keeps it there, and none for what is no URL', async () => {
    const world = enterWorld();
    await world.start('r', makeJob({ sources: [{ crawl: { start: 'http://a.test/' } }] }));
    await world.ledger.lease({ run: 'r', batch: 'A', owner: 'one', leaseMs });
    const engine = world.newProcess('one');
    const context = await engine.contextOf('r');
    const ask = vi.spyOn(engine.ledger, 'admit');
    const posted: PageRequest = { ...request(3), method: 'POST', body: 'x=1' };
    await admit(engine, context, { ...outcome('A', []), links: [request(1), posted] });
    const keyOf = (link: PageRequest) => urlKeyOf(link, context.normalise).key;
    expect(ask.mock.calls).toEqual([
      ['r', 'A', [{ key: keyOf(request(1)), group: 'a.test' }, { key: keyOf(posted) }]],
    ]);
  });

  it('admits one of the links that have become equal since', async () => {
    const world = enterWorld();
    await world.start('r', makeJob({ sources: [{ crawl: { start: 'http://a.test/' } }] }));
    const engine = world.newProcess('one');
    await world.ledger.lease({ run: 'r', batch: 'A', owner: 'one', leaseMs });
    const { requests, counts } = await admit(engine, await engine.contextOf('r'), outcome('A', [1, 2, 1, 1]));
    expect(requests).toEqual([request(1), request(2)]);
    expect(counts).toEqual({ admitted: 2, duplicates: 2 });
  });

  it('admits each URL to one batch, the same one in whatever process and however often it is asked', async () => {
    const step = fc.record({
      process: fc.nat(2),
      batch: fc.constantFrom('A', 'B', 'C', 'D'),
    });
    const linksOf = fc.record({
      A: fc.uniqueArray(fc.nat(12)),
      B: fc.uniqueArray(fc.nat(12)),
      C: fc.uniqueArray(fc.nat(12)),
      D: fc.uniqueArray(fc.nat(12)),
    });
    let runs = 0;
    const world = enterWorld();
    await fc.assert(
      fc.asyncProperty(
        linksOf,
        fc.array(step, { maxLength: 12 }),
        fc.integer({ min: 1, max: 15 }),
        async (links, steps, max) => {
          const run = `r${runs++}`;
          const job = makeJob({
            sources: [{ crawl: { start: 'http://a.test/' } }],
            limits: { maxPages: max },
          });
          await world.start(run, job);
          const processes = ['p', 'q', 's'].map((owner) => world.newProcess(owner));
          const admitted = new Map<string, string[]>();
          for (const batch of ['A', 'B', 'C', 'D'])
            await world.ledger.lease({ run, batch, owner: 'p', leaseMs });
          for (const { process, batch } of [
            ...steps,
            ...(['A', 'B', 'C', 'D'] as const).map((batch) => ({ process: 0, batch })),
          ]) {
            const engine = processes[process];
            if (engine === undefined) throw new Error('three processes');
            const wanted = { ...outcome(batch, links[batch as 'A']), run };
            const { requests, counts } = await admit(engine, await engine.contextOf(run), wanted);
            const urls = requests.map(({ url }) => url);
            expect(urls).toEqual(admitted.get(batch) ?? urls);
            expect(counts['admitted'] ?? 0).toBe(urls.length);
            admitted.set(batch, urls);
          }
          const all = [...admitted.values()].flat();
          const wanted = new Set(Object.values(links).flat());
          expect(new Set(all).size).toBe(all.length);
          expect(all.length).toBe(Math.min(max, wanted.size));
        },
      ),
      { numRuns: 60 },
    );
  });
});
