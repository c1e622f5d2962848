import { describe, expect, it } from 'vitest';
import { type HostClock, planReturn, planSlots } from '../../shared/coordination/host-clock.ts';
import { lookAgainAt } from '../../shared/engine/turns/pace.ts';

const at = 1_000_000;
const unused: HostClock = { lastEnd: 0, lastGapMs: 0, delayedUntil: 0 };
const request = { count: 3, gapMs: 100, slackMs: 10, horizonMs: 60_000 };
const limitsOfNoMatter = {
  leaseMs: 0,
  batchSize: 25,
  batchBudgetMs: 0,
  turnsMs: 0,
  maxWaitMs: 0,
  maxPauseMs: 0,
  maxCrashes: { together: 0, alone: 0 },
};

describe('planSlots', () => {
  it('begins at once on a clock not used before, and ends with the slack of the last turn', () => {
    expect(planSlots(unused, request, at)).toEqual({
      answer: { state: 'mine', slots: { firstAt: at, count: 3, spacingMs: 110, slackMs: 10 } },
      next: { lastEnd: at + 230, lastGapMs: 100, delayedUntil: 0 },
    });
  });

  it.each([
    ['the larger gap of two jobs', { lastEnd: at, lastGapMs: 500, delayedUntil: 0 }, at + 500],
    ['a gap larger than the last', { lastEnd: at, lastGapMs: 5, delayedUntil: 0 }, at + 100],
    ['a delay', { lastEnd: at, lastGapMs: 5, delayedUntil: at + 900 }, at + 900],
  ])('waits for %s', (_, clock, firstAt) => {
    expect(planSlots(clock, request, at).answer).toMatchObject({ slots: { firstAt } });
  });

  it('reserves nothing beyond the horizon', () => {
    const clock = { ...unused, delayedUntil: at + 60_001 };
    expect(planSlots(clock, request, at)).toEqual({ answer: { state: 'busy', until: at + 60_001 } });
  });

  it('leaves no trace without a gap, unless a turn is pending', () => {
    const free = { ...request, gapMs: 0, slackMs: 0 };
    expect(planSlots(unused, free, at).next).toBeUndefined();
    const pending = { lastEnd: at + 50, lastGapMs: 20, delayedUntil: 0 };
    expect(planSlots(pending, free, at).next).toMatchObject({ lastEnd: at + 70, lastGapMs: 0 });
  });
});

describe('planReturn', () => {
  const reserved = planSlots(unused, request, at);
  const clock = reserved.next ?? unused;
  const turns = { host: 'h', gapMs: 100, firstAt: at, count: 3, spacingMs: 110, slackMs: 10 };

  it('takes the clock back to the last turn that was used', () => {
    const back = planReturn(clock, { ...turns, used: 1 }, at + 5);
    expect(back).toEqual({ ...clock, lastEnd: at + 10 });
    expect(planSlots(back ?? clock, request, at + 5).answer).toMatchObject({ slots: { firstAt: at + 110 } });
  });

  it('keeps the larger gap of the job before where none was used', () => {
    const slow = { lastEnd: at - 50, lastGapMs: 500, delayedUntil: 0 };
    const after = planSlots(slow, request, at).next ?? slow;
    const back = planReturn(after, { ...turns, firstAt: at + 450, used: 0 }, at) ?? slow;
    expect(planSlots(back, { ...request, gapMs: 20, slackMs: 2 }, at).answer).toMatchObject({
      slots: { firstAt: at + 450 },
    });
  });

  it('leaves the clock where others have turns behind, and gives those between to whom they suit', () => {
    const behind = planSlots(clock, request, at).next ?? clock;
    const back = planReturn(behind, { ...turns, used: 1 }, at + 5) ?? clock;
    expect(back.lastEnd).toBe(behind.lastEnd);
    const wide = { ...request, gapMs: 101, slackMs: 10 };
    expect(planSlots(back, wide, at + 5).answer).toMatchObject({ slots: { firstAt: behind.lastEnd + 101 } });
    const one = planSlots(back, { ...request, count: 1 }, at + 5);
    expect(one.answer).toMatchObject({ slots: { firstAt: at + 110, count: 1 } });
    const other = planSlots(one.next ?? back, request, at + 5);
    expect(other.answer).toMatchObject({ slots: { firstAt: at + 220, count: 1 } });
    expect(other.next?.returned).toEqual([]);
    expect(planSlots({ ...back, delayedUntil: at + 221 }, request, at + 5).answer).toMatchObject({
      slots: { firstAt: behind.lastEnd + 100 },
    });
  });

  it.each([
    ['the last of the clock', clock],
    ['between those of others', planSlots(clock, request, at).next ?? clock],
  ])('gives out once what is given back twice, since an answer was lost: %s', (_, reserved) => {
    const back = planReturn(reserved, { ...turns, used: 1 }, at + 5) ?? reserved;
    const again = planReturn(back, { ...turns, used: 1 }, at + 6) ?? back;
    const given: number[] = [];
    for (let now: HostClock = again, round = 0; round < 4; round++) {
      const { answer, next = now } = planSlots(now, { ...request, count: 2 }, at + 10);
      if (answer.state !== 'mine') throw new Error('it is within the horizon');
      const { firstAt, count, spacingMs } = answer.slots;
      given.push(...Array.from({ length: count }, (_, index) => firstAt + index * spacingMs));
      now = next;
    }
    const apart = given.toSorted((a, b) => a - b).map((start, index, all) => start - (all[index - 1] ?? 0));
    expect(Math.min(...apart)).toBeGreaterThanOrEqual(100);
  });

  it('knows a list of which some were had again when it is given back again', () => {
    const behind = planSlots(clock, request, at).next ?? clock;
    const back = planReturn(behind, { ...turns, used: 0 }, at) ?? clock;
    const taken = planSlots(back, { ...request, count: 1 }, at + 5).next ?? back;
    expect(planReturn(taken, { ...turns, used: 0 }, at + 6)).toBeUndefined();
  });

  it('keeps a gap to what was used late, and between what two others have of the rest', () => {
    const late = { ...request, count: 6, slackMs: 2, spareMs: 20 };
    const first = planSlots(unused, late, at);
    const lastEnd = at + 5 * 102 + 22;
    expect(first.next).toMatchObject({ lastEnd });
    const behind = planSlots(first.next ?? unused, late, at).next ?? unused;
    const list = { ...turns, count: 6, spacingMs: 102, slackMs: 2, spareMs: 20 };
    const firstOf = (back: HostClock | undefined, count = 6) => {
      const { answer, next } = planSlots(back ?? unused, { ...late, count }, at + 130);
      return { slots: answer.state === 'mine' ? answer.slots : undefined, next };
    };
    // Turn 2 begins 102 ms after turn 1, which was used as late as it might, or in time.
    const back = planReturn(behind, { ...list, used: 2 }, at + 130);
    expect(firstOf(back).slots).toMatchObject({ firstAt: at + 306, count: 3, spareMs: 20 });
    const told = planReturn(behind, { ...list, used: 2, startedAt: at + 104 }, at + 130);
    expect(firstOf(told).slots).toMatchObject({ firstAt: at + 204, count: 4 });
    const { next } = firstOf(told, 1);
    expect(firstOf(next).slots).toMatchObject({ firstAt: at + 408, count: 2 });
    // Where nobody has turns behind, the next ones begin a gap after it.
    const last = planReturn(first.next ?? unused, { ...list, used: 2, startedAt: at + 104 }, at + 130);
    expect(firstOf(last).slots).toMatchObject({ firstAt: at + 204, count: 6 });
    // All turns that are left begin too soon after it.
    expect(planReturn(behind, { ...list, used: 5, startedAt: at + 430 }, at + 440)).toBeUndefined();
  });

  it('changes nothing where there is nothing to gain', () => {
    expect(planReturn(clock, { ...turns, used: 3 }, at)).toBeUndefined();
    expect(planReturn(clock, { ...turns, used: 1 }, at + 230)).toBeUndefined();
    expect(planReturn(unused, { ...turns, gapMs: 0, used: 0 }, at)).toBeUndefined();
  });
});

interface LineOptions {
  gapMs: number;
  count: number;
  maxMs: number;
  horizonMs?: number;
  /** Turns that somebody takes after each batch, without standing in line. */
  between?: number;
}

/** Batches that come to one host, go away when it is busy, and come again at the time that `lookAgainAt` returned. */
function waitInLine(batches: number, { gapMs, count, maxMs, horizonMs = 60_000, between = 0 }: LineOptions) {
  const limits = { ...limitsOfNoMatter, horizonMs };
  let now = at;
  let clock: HostClock = { lastEnd: 0, lastGapMs: 0, delayedUntil: 0 };
  const waiting = Array.from({ length: batches }, (): { lookAt: number; place?: number } => ({
    lookAt: now,
  }));
  let looks = 0;
  while (waiting.length > 0) {
    const next = waiting.reduce((first, entry) => (entry.lookAt < first.lookAt ? entry : first));
    now = Math.max(now, next.lookAt);
    looks += 1;
    const line = { run: 'r', ...(next.place === undefined ? {} : { place: next.place }) };
    const plan = planSlots(clock, { count, gapMs, slackMs: 0, horizonMs: limits.horizonMs, line }, now);
    clock = plan.next ?? clock;
    if (plan.answer.state === 'mine') {
      waiting.splice(waiting.indexOf(next), 1);
      const other = { count: between, gapMs, slackMs: 0, horizonMs: Number.POSITIVE_INFINITY };
      if (between > 0) clock = planSlots(clock, other, now).next ?? clock;
    } else {
      next.place = plan.answer.place ?? plan.answer.until;
      const { until } = plan.answer;
      next.lookAt = Math.min(lookAgainAt(until, { now: () => now, limits }), now + maxMs);
    }
  }
  return { looks, idleMs: clock.lastEnd - at - gapMs * (batches * count - 1) };
}

describe('a line for one host', () => {
  it.each([60_000, 900_000, Number.POSITIVE_INFINITY])(
    'has each batch look about once in the longest wait (%i ms), and keeps the host busy',
    (maxMs) => {
      const [batches, gapMs, count] = [500, 1_000, 20];
      const { looks, idleMs } = waitInLine(batches, { gapMs, count, maxMs });
      const totalMs = batches * count * gapMs;
      const needed = batches * (2 + totalMs / 2 / Math.min(maxMs, 900_000));
      expect(looks).toBeLessThan(1.3 * needed);
      expect(idleMs).toBeLessThan(0.01 * totalMs);
    },
  );

  it('has each batch look few times though others come between, and the line is late', () => {
    const options = { gapMs: 1_000, count: 20, maxMs: 900_000, horizonMs: 15_000, between: 10 };
    const { looks, idleMs } = waitInLine(100, options);
    expect(looks).toBeLessThan(7 * 100);
    expect(idleMs).toBeLessThanOrEqual(100 * 10 * 1_000);
  });

  it('is not held up by those who do not come for their turns', () => {
    const line = { run: 'r', end: at + 600_000, served: at };
    const clock = { ...unused, lastEnd: at, lastGapMs: 100, line };
    const later = at + 700_000;
    const { next = clock } = planSlots(clock, { ...request, count: 100, line: { run: 'r' } }, later);
    const busy = planSlots(next, { ...request, horizonMs: 1_000, line: { run: 'r' } }, later).answer;
    expect(busy).toMatchObject({ state: 'busy', until: next.lastEnd + 100 });
  });

  it('comes after those who are next, whose turns may lie two horizons ahead', () => {
    const line = { run: 'r', end: at + 900_000, served: at };
    const isNext = { ...request, line: { run: 'r', isNext: true as const } };
    const full = { ...unused, lastEnd: at + 100_000, lastGapMs: 100, line };
    const { answer, next } = planSlots(full, isNext, at);
    expect(answer).toMatchObject({ state: 'mine', slots: { firstAt: at + 100_100 } });
    expect(next?.line).toEqual(line);
    const over = { ...full, lastEnd: at + 120_000 };
    expect(planSlots(over, isNext, at)).toEqual({ answer: { state: 'busy', until: at + 120_100 } });
  });

  it('is begun anew by another run, which must not wait for the line of one that has ended', () => {
    const line = { run: 'gone', end: at + 1e9, served: at + 1e8 };
    const full = { ...unused, lastEnd: at + 120_000, line };
    const { answer, next } = planSlots(full, { ...request, line: { run: 'new' } }, at);
    expect(answer).toMatchObject({ state: 'busy', until: at + 120_100 });
    expect(next?.line).toEqual({ run: 'new', end: at + 120_430, served: at + 120_100 });
  });

  it('has come as far as before when another batch of its run joins it', () => {
    const line = { run: 'r', end: at + 900_000, served: at + 300_000 };
    const full = { ...unused, lastEnd: at + 120_000, lastGapMs: 100, line };
    const { answer, next } = planSlots(full, { ...request, line: { run: 'r' } }, at);
    expect(answer).toMatchObject({ state: 'busy', place: at + 900_000, until: at + 720_100 });
    expect(next?.line).toEqual({ run: 'r', end: at + 900_330, served: at + 300_000 });
  });

  it('lets who comes too early take only turns that would go to waste', () => {
    const early = { ...request, line: { run: 'r', place: at + 500_000 } };
    const busy = { ...unused, lastEnd: at + 30_000 };
    expect(planSlots(busy, early, at).answer).toEqual({
      state: 'busy',
      until: at + 500_000,
      place: at + 500_000,
    });
    expect(planSlots({ ...busy, lastEnd: at + 10_000 }, early, at).answer.state).toBe('mine');
    const onTime = { ...request, line: { run: 'r', place: at + 40_000 } };
    expect(planSlots(busy, onTime, at).answer.state).toBe('mine');
  });
});
