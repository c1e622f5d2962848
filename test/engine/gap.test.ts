import { describe, expect, it } from 'vitest';
import { runBatch } from '../../shared/engine/run-batch.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { numbered, paths } from './site.ts';
import { deliverNext, driveRun, driveTogether, makeJob } from './world.ts';

/** A start is measured when its headers arrive, which takes a fraction of a millisecond, not always the same; and clocks count whole ones. */
const toleranceMs = 3;

describe('requests to one host', () => {
  it('start a gap apart, robots.txt among them, though two processes and two runs share it', async () => {
    const gapMs = 30;
    const site = await openSite(numbered(40));
    const world = enterWorld({ maxWaitMs: 2_000 });
    const processes = [world.newProcess('p'), world.newProcess('q')];
    const job = (from: number, to: number) =>
      makeJob({
        sources: [{ urls: { list: paths(40, site.origin).slice(from, to) } }],
        politeness: { gapMs },
      });
    await world.start('r', job(0, 20));
    await world.start('s', job(20, 40));
    await Promise.all(['r', 's'].map((run) => driveTogether(world, run, processes)));

    for (const run of ['r', 's']) expect(await expectAccounted(world, run)).toMatchObject({ stored: 20 });
    const starts = site.log.map(({ at }) => at).sort((a, b) => a - b);
    expect(starts).toHaveLength(41);
    const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(gapMs - toleranceMs);
  });

  it('use the turns that a deferred batch carries, unless its message was received before', async () => {
    const site = await openSite(numbered(2));
    const { host } = new URL(site.origin);
    const world = enterWorld();
    const gapMs = 100;
    const sources = [{ urls: { list: paths(2, site.origin) } }];
    await world.start('r', makeJob({ sources, politeness: { gapMs, robots: 'ignore' } }));
    const process = world.newProcess('p');
    await deliverNext(world, 'r', process);
    await world.ledger.reserveSlots({ host, count: 10, gapMs, slackMs: 10, horizonMs: 0 });
    const [first] = await process.queue.receive({ runs: ['r'], max: 1 });
    if (first === undefined) throw new Error('the pages are due');
    expect(await runBatch(process, first)).toBe('deferred');
    world.advance(Number((await world.queue.depth('r')).nextDueAt) - world.now());
    const [second] = await process.queue.receive({ runs: ['r'], max: 1 });
    const slot = second?.batch.slot;
    if (second === undefined || slot === undefined) throw new Error('the batch carries its turns');

    // A copy that was received before: whoever has it may be using these turns.
    expect(await runBatch(process, { ...second, receives: 2 })).toBe('deferred');
    expect(site.log).toEqual([]);
    const startedAt = world.now();
    await driveRun(world, 'r', process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 2 });
    expect(world.now()).toBeGreaterThan(startedAt);
  });

  it('wait for the end of a pause, though their turns were reserved before it', async () => {
    const site = await openSite(numbered(2));
    const { host } = new URL(site.origin);
    const world = enterWorld();
    const gapMs = 100;
    const sources = [{ urls: { list: paths(2, site.origin) } }];
    await world.start('r', makeJob({ sources, politeness: { gapMs, robots: 'ignore' } }));
    const process = world.newProcess('p');
    await deliverNext(world, 'r', process);
    await world.ledger.reserveSlots({ host, count: 10, gapMs, slackMs: 10, horizonMs: 0 });
    await deliverNext(world, 'r', process);
    const until = world.now() + 20_000;
    await world.ledger.delayHost(host, until);
    while (site.log.length === 0) await deliverNext(world, 'r', process);
    expect(world.now()).toBeGreaterThanOrEqual(until);
    await driveRun(world, 'r', process);
  });
});
