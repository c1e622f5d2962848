import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../shared/coordination/ports.ts';
import { workOnEvent } from '../../shared/engine/loop/work-on-event.ts';
import { runBatch } from '../../shared/engine/run-batch.ts';
import { type Batch, formatVersion, isNewer, type Json, stamped } from '../../shared/model.ts';
import { enterWorld, openSite } from './setting.ts';
import { numbered, paths } from './site.ts';
import { deliverNext, driveRun, makeJob, type World } from './world.ts';

const next = formatVersion + 1;
const hourMs = 3_600_000;

/** A message in words of the next version; nothing in it but the marks of every version has a name of today's. */
const foreign = (run: string, marks: object = {}) =>
  ({ v: next, run, id: 'b', what: { new: ['it', 'says'] }, ...marks }) as unknown as Batch;

async function startRun(world: World, pages = 2) {
  const { origin } = await openSite(numbered(pages));
  const job = makeJob({
    sources: [{ urls: { list: paths(pages, origin) } }],
    politeness: { robots: 'ignore' },
  });
  await world.start('r', job);
}

async function receive(world: World): Promise<Delivery> {
  for (;;) {
    const [delivery] = await world.queue.receive({ runs: ['r'], max: 1 });
    if (delivery !== undefined) return delivery;
    const { nextDueAt = 0 } = await world.queue.depth('r');
    world.advance(Math.max(1, nextDueAt - world.now()));
  }
}

describe('runBatch, with a message of a newer version', () => {
  it('hands it on unchanged, each time later, and acknowledges it', async () => {
    const world = enterWorld({ maxPauseMs: 900_000 });
    await startRun(world);
    await driveRun(world, 'r', world.newProcess('p'));
    await world.queue.send([{ batch: foreign('r') }]);
    const waits: number[] = [];
    for (let times = 1; times <= 8; times += 1) {
      const delivery = await receive(world);
      expect(await runBatch(world.newProcess('old'), delivery)).toBe('deferred');
      const { waiting, nextDueAt = 0 } = await world.queue.depth('r');
      expect(waiting).toBe(1);
      waits.push(Math.round((nextDueAt - world.now()) / 1_000));
      const [row] = world.database.prepare('SELECT body FROM messages').all();
      expect(JSON.parse(String(row?.['body']))).toEqual(foreign('r', { handedOn: times }));
    }
    expect(waits).toEqual([15, 30, 60, 120, 240, 480, 900, 900]);
  });

  it('keeps what is known of the processes that died with it, and blames it for no delivery', async () => {
    const world = enterWorld();
    await startRun(world);
    await runBatch(world.newProcess('old'), {
      batch: foreign('r', { crashes: 1 }),
      receipt: '9:2',
      receives: 2,
    });
    await receive(world);
    expect((await receive(world)).batch).toEqual(foreign('r', { handedOn: 1, crashes: 1 }));
  });

  it('pauses the run, with the reason, when for hours no newer process comes', async () => {
    const world = enterWorld({ maxPauseMs: 900_000 });
    await startRun(world);
    const startedAt = world.now();
    await world.queue.acknowledge([await receive(world)]);
    await world.queue.send([{ batch: foreign('r') }]);
    const old = world.newProcess('old');
    while ((await world.ledger.readRun('r'))?.state === 'running') await runBatch(old, await receive(world));
    expect(await world.ledger.readRun('r')).toMatchObject({
      state: 'paused',
      reason: {
        code: 'FORMAT_NEWER',
        message: expect.stringMatching(new RegExp(` version ${formatVersion}, 17 times in a row$`)),
      },
    });
    expect(world.now() - startedAt).toBeGreaterThan(2 * hourMs);
    // It is not lost by that, and who resumes the run begins to count anew.
    await runBatch(old, await receive(world));
    expect((await receive(world)).batch).toEqual(foreign('r'));
  });

  it('does not look into it for its neighbours’ sake either', async () => {
    const world = enterWorld();
    await startRun(world);
    const faults: unknown[] = [];
    const suspects = [1, 2].map(
      (n): Delivery => ({
        batch: foreign('r', { crashes: 3, slot: 'new' }),
        receipt: `9${n}:1`,
        receives: 1,
      }),
    );
    await workOnEvent(world.newProcess('old'), suspects, {
      inNameOf: (_, body) => body(),
      onFault: (error) => faults.push(error),
    });
    expect(faults).toEqual([]);
    await receive(world);
    const marks = { crashes: 3, slot: 'new' };
    expect([(await receive(world)).batch, (await receive(world)).batch]).toEqual([
      foreign('r', marks),
      foreign('r', { ...marks, handedOn: 1 }),
    ]);
  });
});

describe('runBatch, with what else is newer', () => {
  it('hands on a batch whose outcome is, and holds no lease of it', async () => {
    const world = enterWorld();
    await startRun(world);
    const seed = await receive(world);
    const newer = world.newProcess('new', (ports) => ({
      ...ports,
      ledger: { ...ports.ledger, commit: () => Promise.reject(new Error('killed')) },
    }));
    await expect(runBatch({ ...newer, version: next }, seed)).rejects.toThrow('killed');
    expect(await world.outcomes.read('r', 'seed')).toMatchObject({ v: next });

    expect(await runBatch(world.newProcess('old'), seed)).toBe('deferred');
    const again = await receive(world);
    expect(again.batch).toEqual({ ...seed.batch, handedOn: 1 });
    expect(await runBatch({ ...world.newProcess('new'), version: next }, again)).toBe('done');
  });

  it('hands on the batches of a run whose record is', async () => {
    const world = enterWorld();
    await startRun(world);
    const old = world.newProcess('old', (ports) => ({
      ...ports,
      ledger: {
        ...ports.ledger,
        readRun: async (id) => {
          const run = await ports.ledger.readRun(id);
          return run && { ...run, v: next };
        },
      },
    }));
    const seed = await receive(world);
    expect(await runBatch(old, seed)).toBe('deferred');
    expect((await receive(world)).batch).toEqual({ ...seed.batch, handedOn: 1 });
    expect(await world.outcomes.read('r', 'seed')).toBeUndefined();
  });
});

describe('runBatch, by its own version', () => {
  const bodies = (world: World): Json[] =>
    world.database
      .prepare('SELECT body FROM messages')
      .all()
      .map((row) => JSON.parse(String(row['body'])));

  it.each([
    [formatVersion, formatVersion],
    [next, next],
  ])('%i marks messages and outcomes with %s', async (version, mark) => {
    const world = enterWorld();
    await startRun(world);
    const process = { ...world.newProcess('p'), version };
    await deliverNext(world, 'r', process);
    const [child] = bodies(world) as unknown as Batch[];
    expect(child?.v).toBe(mark);
    expect((await world.outcomes.read('r', 'seed'))?.v).toBe(mark);
    await world.ledger.moveRun('r', ['running'], 'paused');
    await deliverNext(world, 'r', process);
    expect((bodies(world)[0] as unknown as Batch).v).toBe(mark);
  });

  it('keeps fields that it does not know when it sends a message again', async () => {
    const world = enterWorld();
    await startRun(world);
    const { batch } = await receive(world);
    await world.queue.send([{ batch: { ...batch, colour: 'blue' } as Batch }]);
    await world.ledger.moveRun('r', ['running'], 'paused');
    await runBatch(world.newProcess('p'), await receive(world));
    expect((await receive(world)).batch).toMatchObject({ colour: 'blue' });
  });
});

describe('stamped', () => {
  it('marks what is older, and leaves what is newer as it is', () => {
    expect(stamped({}, 1)).toEqual({});
    expect(stamped({}, 2)).toEqual({ v: 2 });
    expect(stamped({ v: 3 }, 2)).toEqual({ v: 3 });
    expect([isNewer({}, 1), isNewer({ v: 2 }, 2), isNewer({ v: 3 }, 2)]).toEqual([false, false, true]);
  });
});
