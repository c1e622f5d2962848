import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Engine } from '../../shared/engine/engine.ts';
import {
  batchSizeFor,
  type OwnTurn,
  reserveTurns,
  slackFor,
  spareFor,
  type Turn,
} from '../../shared/engine/turns/pace.ts';
import type { Slots } from '../../shared/model.ts';
import { openDatabase } from '../../shared/stores/local/database.ts';
import { makeLocalLedger } from '../../shared/stores/local/local-ledger.ts';
import { makeVirtualClock, type VirtualClock } from './virtual-clock.ts';

const time = vi.hoisted((): { clock?: VirtualClock } => ({}));
vi.mock('node:timers/promises', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  setTimeout: (ms: number) => time.clock?.sleep(ms),
}));

const limits = {
  leaseMs: 10_000,
  batchSize: 20,
  batchBudgetMs: 30_000,
  turnsMs: 5_000,
  maxPauseMs: 5_000,
  maxWaitMs: 500,
  horizonMs: 5_000,
  maxCrashes: { together: 3, alone: 5 },
};

/** A store of its own, on a virtual clock; processes that oversleep by what `lateMs` says. */
function setTheClock(lateMs: () => number = () => 0) {
  const clock = makeVirtualClock(lateMs);
  time.clock = clock;
  const database = openDatabase(':memory:');
  const ledger = makeLocalLedger(database, clock.now);
  // Pacing uses nothing else of an engine.
  const engine = { ledger, limits, now: clock.now } as unknown as Engine;
  return { clock, ledger, engine, close: () => database.close() };
}

const line = { run: 'r' };
const alive = new AbortController().signal;
const isGo = (turn: Turn): turn is OwnTurn => turn !== 'aborted' && 'startBy' in turn;

interface Process {
  gapMs: number;
  /** Requests of each batch. */
  batches: number[];
  /** So many turns of a batch are taken, then the rest of them is given back and the batch begins anew, as after Ctrl-C. */
  givesBackAfter: number;
  /** The longest pause before a request is written: sockets, other batches, a machine put to sleep. */
  stallMs: number;
  /** It tells when requests are written. */
  tells: boolean;
}

/** Half of the time 0, else up to `max`; the same for the same seed. A process that is always late would never start. */
function chance(seed: number): (max: number) => number {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return (max) => (next() < 0.5 ? 0 : Math.floor(next() * (max + 1)));
}

/** Works like a process: turns, stalls, deferred batches with and without their slots. */
async function work(
  world: ReturnType<typeof setTheClock>,
  process: Process,
  delay: (max: number) => number,
  starts: { at: number; gapMs: number }[],
) {
  const { clock, engine } = world;
  const { gapMs } = process;
  const stall = async () => {
    const ms = delay(process.stallMs);
    if (ms > 0) await clock.sleep(ms);
  };
  for (const count of process.batches) {
    let carried: Slots | undefined;
    for (let left = count; left > 0; ) {
      const pace = await reserveTurns(engine, { host: 'h', count: left, gapMs, reserved: carried, line });
      carried = undefined;
      if (pace.state === 'later') {
        carried = pace.slots;
        await clock.sleep(Math.max(0, pace.notBefore - clock.now()));
        await stall();
        continue;
      }
      for (let taken = 0; left > 0 && taken < process.givesBackAfter; taken += 1) {
        const turn = await pace.turns.next(left, alive);
        if (!isGo(turn)) break;
        await stall();
        if (clock.now() > turn.startBy) continue;
        if (process.tells) turn.sent?.(clock.now());
        starts.push({ at: clock.now(), gapMs });
        left -= 1;
      }
      await pace.turns.returnTurns();
    }
  }
}

describe('slackFor and spareFor', () => {
  it.each([
    [0, 0, 0],
    [1, 1, 50],
    [50, 1, 50],
    [100, 2, 50],
    [525, 11, 53],
    [800, 16, 80],
    [975, 20, 98],
    [1_000, 20, 100],
    [60_000, 20, 100],
  ])(
    'are a fiftieth and a tenth of the gap, within bounds, and nothing where there is none: %i ms',
    (gapMs, slackMs, spareMs) => {
      expect([slackFor(gapMs), spareFor(gapMs)]).toEqual([slackMs, spareMs]);
    },
  );
});

describe('reserveTurns', () => {
  it('keeps any two starts on a host a gap apart, whoever is late', async () => {
    const process = fc.record({
      gapMs: fc.integer({ min: 1, max: 300 }),
      batches: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 4 }),
      givesBackAfter: fc.constantFrom(1, 2, 3, 100),
      stallMs: fc.constantFrom(0, 15, 150, 2_000),
      tells: fc.boolean(),
    });
    const processes = fc.array(process, { minLength: 1, maxLength: 5 });
    const lateness = fc.constantFrom(0, 20, 400);
    await fc.assert(
      fc.asyncProperty(processes, lateness, fc.nat(), async (workers, latestMs, seed) => {
        const delay = chance(seed);
        const world = setTheClock(() => delay(latestMs));
        const starts: { at: number; gapMs: number }[] = [];
        await world.clock.run(Promise.all(workers.map((worker) => work(world, worker, delay, starts))));
        world.close();

        expect(starts).toHaveLength(
          workers.flatMap(({ batches }) => batches).reduce((sum, count) => sum + count, 0),
        );
        const inOrder = starts.toSorted((a, b) => a.at - b.at);
        inOrder.slice(1).forEach(({ at, gapMs }, index) => {
          const before = inOrder[index];
          if (before !== undefined)
            expect(at - before.at).toBeGreaterThanOrEqual(Math.max(gapMs, before.gapMs));
        });
      }),
      { numRuns: 300 },
    );
  });

  it('gives the turns back that it does not use, those behind which others have theirs too', async () => {
    const world = setTheClock();
    const { clock, engine } = world;
    const request = { host: 'h', count: 4, gapMs: 100, reserved: undefined, line };
    const firstAt = clock.now();
    const [one, two] = [await reserveTurns(engine, request), await reserveTurns(engine, request)];
    if (one.state !== 'now' || two.state !== 'now') throw new Error('the turns are near');
    const used = await clock.run(one.turns.next(4, alive));
    if (isGo(used)) used.sent?.(firstAt);
    const stopped = AbortSignal.abort();
    // What waits for a turn when the process is stopped has not used it.
    expect(await one.turns.next(3, stopped)).toBe('aborted');
    await one.turns.returnTurns();
    expect(await two.turns.next(4, stopped)).toBe('aborted');
    await two.turns.returnTurns();
    const again = await reserveTurns(engine, { ...request, count: 5 });
    if (again.state !== 'now') throw new Error('the turns are near');
    const starts: number[] = [];
    for (let left = 5; left > 0; left -= 1) {
      const turn = await clock.run(again.turns.next(left, alive));
      if (isGo(turn)) turn.sent?.(clock.now());
      starts.push(clock.now() - firstAt);
    }
    // The three that are left of one; the two that follow begin where those of two would have.
    expect(starts).toEqual([102, 204, 306, 458, 560]);
    world.close();
  });

  it('forfeits the turns it missed and waits for the next one', async () => {
    const world = setTheClock();
    const { clock, engine } = world;
    const gapMs = 100;
    const spacingMs = gapMs + slackFor(gapMs);
    const pace = await reserveTurns(engine, { host: 'h', count: 5, gapMs, reserved: undefined, line });
    if (pace.state !== 'now') throw new Error('the host is free');
    const firstAt = clock.now();
    expect(isGo(await clock.run(pace.turns.next(5, alive)))).toBe(true);
    // Turns 1 and 2 go by, and what turn 2 may be late.
    const lateMs = slackFor(gapMs) + spareFor(gapMs);
    await clock.run(clock.sleep(2 * spacingMs + lateMs + 1));
    expect(await clock.run(pace.turns.next(4, alive))).toMatchObject({
      startBy: firstAt + 3 * spacingMs + lateMs,
    });
    expect(clock.now()).toBe(firstAt + 3 * spacingMs);
    world.close();
  });

  it('reserves more turns when the missed ones are missing in the end', async () => {
    const world = setTheClock();
    const { clock, engine, ledger } = world;
    const reserveSlots = vi.spyOn(ledger, 'reserveSlots');
    const pace = await reserveTurns(engine, { host: 'h', count: 2, gapMs: 100, reserved: undefined, line });
    if (pace.state !== 'now') throw new Error('the host is free');
    await clock.run(clock.sleep(1_000));
    expect(isGo(await clock.run(pace.turns.next(2, alive)))).toBe(true);
    expect(isGo(await clock.run(pace.turns.next(1, alive)))).toBe(true);
    expect(reserveSlots.mock.calls.map(([{ count }]) => count)).toEqual([2, 2]);
    world.close();
  });

  it('sends a batch away with its turns when they are far, and takes it back with them', async () => {
    const world = setTheClock();
    const { clock, engine, ledger } = world;
    const request = { host: 'h', count: 3, gapMs: 1_000, reserved: undefined, line };
    await reserveTurns(engine, request);
    const later = await reserveTurns(engine, request);
    if (later.state !== 'later' || later.slots === undefined) throw new Error('turns are reserved, but far');
    expect(later.slots.firstAt).toBeGreaterThan(clock.now() + limits.maxWaitMs);
    expect(later.notBefore).toBeLessThan(later.slots.firstAt);

    const reserveSlots = vi.spyOn(ledger, 'reserveSlots');
    await clock.run(clock.sleep(later.notBefore - clock.now()));
    const back = await reserveTurns(engine, { ...request, reserved: later.slots });
    if (back.state !== 'now') throw new Error('its turn is near');
    expect(isGo(await clock.run(back.turns.next(3, alive)))).toBe(true);
    expect(clock.now()).toBe(later.slots.firstAt);
    expect(reserveSlots).not.toHaveBeenCalled();
    world.close();
  });

  it('reserves nothing beyond the horizon', async () => {
    const world = setTheClock();
    const turns = { host: 'h', count: 10, gapMs: 1_000, slackMs: 100, horizonMs: 0 };
    await world.ledger.reserveSlots(turns);
    const later = await reserveTurns(world.engine, {
      host: 'h',
      count: 1,
      gapMs: 1_000,
      reserved: undefined,
      line,
    });
    expect(later).toEqual({
      state: 'later',
      isWaiting: true,
      notBefore: expect.any(Number),
      place: expect.any(Number),
    });
    expect((await world.ledger.reserveSlots({ ...turns, horizonMs: 60_000 })).state).toBe('mine');
    world.close();
  });

  it('forfeits a turn that was overslept, and hands out the next', async () => {
    const gapMs = 1_000;
    const mayBeLateMs = slackFor(gapMs) + spareFor(gapMs);
    const lateMs = [mayBeLateMs + 1, 0, 0];
    const world = setTheClock(() => lateMs.shift() ?? 0);
    const { clock, engine } = world;
    const firstAt = clock.now();
    const pace = await reserveTurns(engine, { host: 'h', count: 3, gapMs, reserved: undefined, line });
    if (pace.state !== 'now') throw new Error('the host is free');
    expect(await clock.run(pace.turns.next(3, alive))).toMatchObject({ startBy: firstAt + mayBeLateMs });
    const second = await clock.run(pace.turns.next(2, alive));
    expect(second).toMatchObject({ startBy: firstAt + 2 * (gapMs + slackFor(gapMs)) + mayBeLateMs });
    expect(isGo(second) && second.startBy >= clock.now()).toBe(true);
    world.close();
  });

  it('starts a gap after a request that was sent late, or may be, and is on time again some turns later', async () => {
    const gapMs = 100;
    const { clock, engine, close } = setTheClock();
    const pace = await reserveTurns(engine, { host: 'h', count: 9, gapMs, reserved: undefined, line });
    if (pace.state !== 'now') throw new Error('the host is free');
    const firstAt = clock.now();
    const starts: number[] = [];
    /** How late each is sent after its turn was given out; the second does not tell. */
    for (const [index, lateMs] of [9, 0, 0, 0, 0, 0, 0, 0].entries()) {
      const turn = await clock.run(pace.turns.next(9 - index, alive));
      await clock.run(clock.sleep(lateMs));
      if (isGo(turn) && index !== 1) turn.sent?.(clock.now());
      starts.push(clock.now() - firstAt);
    }
    // After the second: the latest at which it may have been sent, 52 ms after its turn, and a gap.
    expect(starts).toEqual([9, 109, 254, 354, 454, 554, 654, 754]);
    close();
  });

  it('takes little more than its gaps, though timers are late by a millisecond', async () => {
    const gapMs = 50;
    const late = chance(7);
    const { clock, engine, close } = setTheClock(() => late(1));
    const firstAt = clock.now();
    for (let left = 100; left > 0; ) {
      const pace = await reserveTurns(
        { ...engine, limits: { ...limits, batchSize: 50 } },
        { host: 'h', count: left, gapMs, reserved: undefined, line },
      );
      if (pace.state !== 'now') throw new Error('the host is free');
      for (let taken = 0; taken < 50; taken += 1, left -= 1) {
        const turn = await clock.run(pace.turns.next(left, alive));
        if (isGo(turn)) turn.sent?.(clock.now());
      }
    }
    expect(clock.now() - firstAt).toBeLessThan(99 * gapMs * 1.04);
    close();
  });

  it('reserves no more turns than a batch can use in its time', async () => {
    const world = setTheClock();
    const reserveSlots = vi.spyOn(world.ledger, 'reserveSlots');
    await reserveTurns(world.engine, { host: 'h', count: 20, gapMs: 5_000, reserved: undefined, line });
    expect(reserveSlots.mock.calls[0]?.[0].count).toBe(batchSizeFor(5_000, limits));
    world.close();
  });

  it('lets every request go at once where there is no gap, but not before a pause is over', async () => {
    const world = setTheClock();
    const { clock, engine, ledger } = world;
    const until = clock.now() + 300;
    await ledger.delayHost('h', until);
    const pace = await reserveTurns(engine, { host: 'h', count: 3, gapMs: 0, reserved: undefined, line });
    if (pace.state !== 'now') throw new Error('the pause is short');
    for (const remaining of [3, 2, 1])
      expect(isGo(await clock.run(pace.turns.next(remaining, alive)))).toBe(true);
    expect(clock.now()).toBe(until);
    world.close();
  });
});

describe('batchSizeFor', () => {
  it('fits turns well into the time of a batch, and is never less than one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_600_000 }), (gapMs) => {
        const size = batchSizeFor(gapMs, limits);
        const turnsMs = size * (gapMs + slackFor(gapMs));
        expect(size).toBeGreaterThanOrEqual(1);
        expect(size).toBeLessThanOrEqual(limits.batchSize);
        expect(size).toBeGreaterThanOrEqual(batchSizeFor(gapMs + 1, limits));
        if (size > 1) expect(turnsMs).toBeLessThanOrEqual(limits.batchBudgetMs / 2);
      }),
    );
  });

  it('is the whole size where there is no gap', () => {
    expect(batchSizeFor(0, limits)).toBe(limits.batchSize);
  });
});
