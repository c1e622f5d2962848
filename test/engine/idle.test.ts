import { describe, expect, it } from 'vitest';
import type { Engine } from '../../shared/engine/engine.ts';
import { hasProgress, idleAfter, idleOf, isOverBound, reasonOf } from '../../shared/engine/loop/idle.ts';
import { workOnEvent } from '../../shared/engine/loop/work-on-event.ts';
import { runBatch } from '../../shared/engine/run-batch.ts';
import type { Batch, Idle, Outcome, PageEnd } from '../../shared/model.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { numbered, paths } from './site.ts';
import { deliverNext, driveRun, makeJob, type World } from './world.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const politeness = { robots: 'ignore' };

/** How long somebody goes round who looks again every `everyMs`; `forMs` at most. */
function roundsUntilStopped(everyMs: number, forMs: number): number {
  let idle: Idle | undefined;
  for (let now = 0; now < forMs; now += Math.max(1, everyMs)) {
    if (idle !== undefined && isOverBound(idle, now)) return now;
    idle = idleAfter(idle, everyMs, now);
  }
  return Number.POSITIVE_INFINITY;
}

describe('goesRound', () => {
  it.each([
    ['each 15 minutes, as long as a run is kept', 900_000, 365 * dayMs],
    ['each minute, for turns that it misses', 60_000, 9 * hourMs],
    ['at once, some dozens of times', 100, 5_000],
  ])('does not stop who looks again %s', (_, everyMs, forMs) => {
    expect(roundsUntilStopped(everyMs, forMs)).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    ['at once', 100, 10_000],
    ['each second', 1_000, 700_000],
    ['each ten seconds', 10_000, 2 * hourMs],
    ['each minute', 60_000, 12 * hourMs],
  ])('stops who looks again %s for nothing', (_, everyMs, withinMs) => {
    expect(roundsUntilStopped(everyMs, 100 * dayMs)).toBeLessThan(withinMs);
  });
});

async function startNumbered(world: World, pages: number): Promise<void> {
  const site = await openSite(numbered(pages));
  await world.start('r', makeJob({ sources: [{ urls: { list: paths(pages, site.origin) } }], politeness }));
  await deliverNext(world, 'r', world.newProcess('first'));
}

/** Works on what is due, and jumps to what is due next, until nothing moves any more. */
async function roundsOf(world: World, process: Engine, most: number): Promise<number> {
  for (let rounds = 0; rounds < most; rounds += 1) {
    const run = await world.ledger.readRun('r');
    if (run?.state !== 'running') return rounds;
    const deliveries = await process.queue.receive({ runs: ['r'], max: 10 });
    await workOnEvent(process, deliveries, { inNameOf: (_, body) => body(), onFault: fail });
    if (deliveries.length > 0) continue;
    const { nextDueAt = 0 } = await world.queue.depth('r');
    world.advance(Math.max(1, nextDueAt - world.now()));
  }
  return most;
}

function fail(error: unknown): void {
  throw error;
}

describe('a batch of which nothing comes', () => {
  it('pauses its run, with the reason, and goes on when that is resumed', async () => {
    const world = enterWorld();
    await startNumbered(world, 3);
    // No fetch fits in: a function that is given less time than one takes.
    const process: Engine = { ...world.newProcess('p'), endsAt: 0 };
    expect(await roundsOf(world, process, 1_000)).toBeLessThan(100);
    const paused = await world.ledger.readRun('r');
    expect(paused).toMatchObject({ state: 'paused' });
    expect(paused?.reason?.code).toBe('NO_PROGRESS');
    expect(paused?.reason?.message).toMatch(
      /^batch \S+ of 127\.0\.0\.1:\d+ has gone round \d+ times since 20/,
    );
    expect(await world.ledger.readCounts('r')).toMatchObject({ open: 1 });

    await world.ledger.moveRun('r', ['paused'], 'running');
    await driveRun(world, 'r', world.newProcess('q'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 3 });
  });

  it('pauses it again after as many rounds more, when nothing was mended', async () => {
    const world = enterWorld();
    await startNumbered(world, 1);
    const process: Engine = { ...world.newProcess('p'), endsAt: 0 };
    const first = await roundsOf(world, process, 1_000);
    world.advance(10_000);
    await world.ledger.moveRun('r', ['paused'], 'running');
    expect(await roundsOf(world, process, 1_000)).toBeGreaterThan(first / 2);
    expect(await world.ledger.readRun('r')).toMatchObject({ state: 'paused' });
  });

  it('is stopped as a chain too, in which each batch only leads to the next', async () => {
    const world = enterWorld({ batchBudgetMs: 0 });
    await startNumbered(world, 3);
    const rounds = await roundsOf(world, world.newProcess('p'), 1_000);
    expect(rounds).toBeLessThan(100);
    const paused = await world.ledger.readRun('r');
    expect(paused?.reason?.code).toBe('NO_PROGRESS');
    expect(await world.ledger.readCounts('r')).toMatchObject({ open: 1 });
  });

  it('is none that waits for its host, however often it looks', async () => {
    const world = enterWorld({ horizonMs: 1_000 });
    const site = await openSite(numbered(2));
    const { host } = new URL(site.origin);
    const slow = { gapMs: 600, robots: 'ignore' };
    await world.start(
      'r',
      makeJob({ sources: [{ urls: { list: paths(2, site.origin) } }], politeness: slow }),
    );
    const process = world.newProcess('p');
    await deliverNext(world, 'r', process);
    let looks = 0;
    for (; looks < 1_500; looks += 1) {
      // The turns of other runs, always just before its own.
      await world.ledger.reserveSlots({ host, count: 4, gapMs: 600, slackMs: 60, horizonMs: 60_000 });
      const [delivery] = await process.queue.receive({ runs: ['r'], max: 1 });
      if (delivery !== undefined) expect(await runBatch(process, delivery)).toBe('deferred');
      world.advance(Number((await world.queue.depth('r')).nextDueAt) - world.now());
    }
    expect(await world.ledger.readRun('r')).toMatchObject({ state: 'running' });
    await driveRun(world, 'r', process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 2 });
  });

  it('is none whose run is paused for long, nor one that is cancelled', async () => {
    const world = enterWorld();
    await startNumbered(world, 1);
    const process = world.newProcess('p');
    await world.ledger.moveRun('r', ['running'], 'paused');
    for (let look = 0; look < 1_000; look += 1) {
      const [delivery] = await process.queue.receive({ runs: ['r'], max: 1 });
      if (delivery !== undefined) expect(await runBatch(process, delivery)).toBe('deferred');
      world.advance(10_000);
    }
    await world.ledger.moveRun('r', ['paused'], 'running');
    await driveRun(world, 'r', process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1 });
  });
});

it.each([
  [600, 0, false],
  [601, 0, true],
  [601, 900_000, false],
  [602, 900_000, true],
  // A clock that was set back.
  [601, -900_000, true],
])('%i rounds without progress in %i ms are over the bound: %j', (rounds, passedMs, isOver) => {
  expect(isOverBound({ rounds, since: 1_000_000 }, 1_000_000 + passedMs)).toBe(isOver);
});

it.each<[Idle | undefined, number, Idle]>([
  [undefined, 999, { rounds: 10, since: 5 }],
  [undefined, 1_000, { rounds: 1, since: 5 }],
  [{ rounds: 3, since: 1 }, 0, { rounds: 13, since: 1 }],
  [{ rounds: 3, since: 1 }, 9_000, { rounds: 4, since: 1 }],
])(
  'after %j a round that waits for %i ms makes it %j: one without a wait counts as ten',
  (before, waitMs, after) => {
    expect(idleAfter(before, waitMs, 5)).toEqual(after);
  },
);

it('rounds from before the run was resumed do not count', () => {
  const batch: Batch = { run: 'r', id: 'b', host: '', requests: [], idle: { rounds: 3, since: 10 } };
  expect(idleOf(batch)).toEqual(batch.idle);
  expect(idleOf(batch, 10)).toEqual(batch.idle);
  expect(idleOf(batch, 11)).toBeUndefined();
  expect(reasonOf(batch, { rounds: 3, since: 10 }).message).toMatch(
    /^batch b has gone round 3 times since 1970/,
  );
});

it.each<[PageEnd[], number, boolean]>([
  [[], 0, false],
  [['retry'], 0, false],
  [['retry'], 1, true],
  [['retry', 'failed'], 0, true],
])('a batch whose pages ended as %j and led to %i has made progress: %j', (ends, admitted, isProgress) => {
  const pages = ends.map((end) => ({ end }));
  expect(hasProgress({ pages } as unknown as Outcome, admitted)).toBe(isProgress);
});
