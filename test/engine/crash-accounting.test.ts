import { describe, expect, it } from 'vitest';
import type { Delivery, Ledger } from '../../shared/coordination/ports.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { workOnEvent } from '../../shared/engine/loop/work-on-event.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { numbered, paths, type Site } from './site.ts';
import { deliverNext, driveRun, leaseMs, makeJob, type World } from './world.ts';

const politeness = { robots: 'ignore' };
const visibilityMs = leaseMs + 1_000;

async function startNumbered(world: World, pages: number): Promise<Site> {
  const site = await openSite(numbered(pages));
  await world.start('r', makeJob({ sources: [{ urls: { list: paths(pages, site.origin) } }], politeness }));
  await deliverNext(world, 'r', world.newProcess('first'));
  return site;
}

async function receive(process: Engine): Promise<Delivery[]> {
  return process.queue.receive({ runs: ['r'], max: 10 });
}

async function workOn(process: Engine, deliveries: Delivery[]): Promise<unknown[]> {
  const faults: unknown[] = [];
  await workOnEvent(process, deliveries, {
    inNameOf: (_, body) => body(),
    onFault: (error) => faults.push(error),
  });
  return faults;
}

const crashesOf = async (world: World) => (await world.ledger.readCounts('r'))['crashes'] ?? 0;

/** The same process, of whose ledger one method is another. */
function withLedger(world: World, change: (ledger: Ledger) => Partial<Ledger>): Engine {
  return world.newProcess('troubled', (ports) => ({
    ...ports,
    ledger: { ...ports.ledger, ...change(ports.ledger) },
  }));
}

/** A process took the batch, and was gone. */
async function dieWith(world: World, { batch }: Delivery): Promise<void> {
  const claim = { run: 'r', batch: batch.id, owner: 'dead', leaseMs };
  expect(await world.ledger.lease(claim)).toMatchObject({ state: 'mine' });
  world.advance(visibilityMs + 1);
}

describe('a crash', () => {
  it('is none of a batch that was received again and again, and never begun', async () => {
    const world = enterWorld({ maxCrashes: { together: 2, alone: 2 } });
    const process = world.newProcess('p');
    await startNumbered(world, 3);
    for (let time = 1; time <= 50; time += 1) {
      expect(await receive(process)).toMatchObject([{ receives: time }]);
      world.advance(visibilityMs + 1);
    }
    expect(await workOn(process, await receive(process))).toEqual([]);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 3 });
    expect(await crashesOf(world)).toBe(0);
  });

  it('is none of a dead letter that was never leased: it goes back as it was', async () => {
    const world = enterWorld({ maxCrashes: { together: 1, alone: 1 } });
    const process = world.newProcess('p');
    const site = await startNumbered(world, 1);
    const letters = await receive(process);
    await workOn({ ...process, isLastResort: true }, letters);
    const [back] = await receive(process);
    expect(back?.batch).toMatchObject(letters[0]?.batch ?? {});
    expect(back?.batch.crashes).toBeUndefined();
    expect(site.log).toEqual([]);
    await workOn(process, back === undefined ? [] : [back]);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1 });
  });

  it('is none of a lease whose answer was lost: the batch is free at once, as its message says', async () => {
    const world = enterWorld();
    await startNumbered(world, 1);
    const lost = new Error('the answer was lost');
    const process = withLedger(world, (ledger) => ({
      async lease(claim) {
        await ledger.lease(claim);
        throw lost;
      },
    }));
    expect(await workOn(process, await receive(process))).toEqual([lost]);
    // Sooner than the lease would end.
    const { nextDueAt = 0 } = await world.queue.depth('r');
    world.advance(nextDueAt - world.now());
    await world.ledger.renewLeases('troubled', 900_000);
    expect(await workOn(world.newProcess('q'), await receive(process))).toEqual([]);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1 });
    expect(await crashesOf(world)).toBe(0);
  });

  it('is none of a lease that could not be released', async () => {
    const world = enterWorld();
    await startNumbered(world, 1);
    const down = new Error('no network');
    const process: Engine = {
      ...withLedger(world, () => ({ releaseLease: () => Promise.reject(down) })),
      contextOf: () => Promise.reject(new Error('no job')),
    };
    expect(await workOn(process, await receive(process))).toHaveLength(1);
    world.advance(900_001);
    await world.ledger.renewLeases('troubled', 900_000);
    expect(await workOn(world.newProcess('q'), await receive(process))).toEqual([]);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1 });
    expect(await crashesOf(world)).toBe(0);
  });

  it('is counted where a holder died, and makes a suspect of the batch at the second', async () => {
    const world = enterWorld({ maxCrashes: { together: 9, alone: 9 } });
    const process = world.newProcess('p');
    const site = await startNumbered(world, 3);
    for (let death = 1; death <= 2; death += 1) {
      const [delivery] = await receive(process);
      if (delivery !== undefined) await dieWith(world, delivery);
    }
    // Nobody knew that it was one when this event was made up: it may have company, so it is not visited yet.
    await workOn(process, await receive(process));
    expect(site.log).toEqual([]);
    const suspects = await receive(process);
    expect(suspects).toMatchObject([{ receives: 1, batch: { crashes: 2 } }]);
    expect(await crashesOf(world)).toBe(2);
    await workOn(process, suspects);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 3, crashes: 2 });
  });

  it('splits a batch at the bound, into suspects that have all their chances', async () => {
    const maxCrashes = { together: 1, alone: 3 };
    const world = enterWorld({ maxCrashes });
    const process = world.newProcess('p');
    const site = await startNumbered(world, 3);
    const [delivery] = await receive(process);
    if (delivery !== undefined) await dieWith(world, delivery);
    await workOn(process, await receive(process));
    expect(site.log).toEqual([]);
    const parts = await receive(process);
    expect(parts.map(({ batch }) => batch.crashes)).toEqual([2, 2, 2]);
    const [guilty] = parts;
    if (guilty === undefined) throw new Error('no part');
    await process.queue.acknowledge(parts.slice(1));
    for (let death = 1; death <= maxCrashes.alone; death += 1) {
      expect(await world.ledger.readCounts('r')).not.toHaveProperty('failed');
      await dieWith(world, guilty);
      if (death < maxCrashes.alone) await receive(process);
    }
    await workOn(process, await receive(process));
    expect(await world.ledger.readCounts('r')).toMatchObject({ 'failed:BATCH_CRASHED': 1 });
    await process.queue.send(parts.slice(1).map(({ batch }) => ({ batch })));
    await driveRun(world, 'r', process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 2, failed: 1, crashes: 4 });
  });
});
