import { describe, expect, it } from 'vitest';
import { commitMarginMs } from '../../shared/deployment/worker-times.ts';
import type { EngineLimits } from '../../shared/engine/engine.ts';
import { lastStartOf, limitsFor, maxTurnWaitOf } from '../../shared/engine/limits-for.ts';

const job = { fetch: { timeoutMs: 4_000 } };
const limits: EngineLimits = {
  ...{ leaseMs: 10_000, batchSize: 5, batchBudgetMs: 30_000, maxPauseMs: 5_000 },
  ...{ turnsMs: 60_000, maxWaitMs: 50_000, horizonMs: 40_000, maxCrashes: { together: 1, alone: 1 } },
};

describe('maxTurnWaitOf', () => {
  it('leaves half a second to a turn that begins before the last moment for a fetch', () => {
    const engine = { endsAt: 100_000, now: () => 70_000 };
    expect(lastStartOf(engine, job)).toBe(100_000 - 4_000 - commitMarginMs);
    expect(maxTurnWaitOf(engine, job)).toBe(30_000 - 4_000 - commitMarginMs - 500);
  });

  it('is without end in a process without end', () => {
    expect(maxTurnWaitOf({ now: () => 70_000 }, job)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('limitsFor', () => {
  it('changes nothing in a process without end', () => {
    expect(limitsFor({ limits }, job)).toBe(limits);
  });

  it('shares the time for the beginnings of fetches: a third to wait, the rest for the turns', () => {
    const lifeMs = 30_000 + commitMarginMs + job.fetch.timeoutMs;
    const shared = { maxWaitMs: 10_000, horizonMs: 10_000, turnsMs: 20_000 };
    expect(limitsFor({ limits: { ...limits, lifeMs } }, job)).toEqual({ ...limits, lifeMs, ...shared });
  });

  it('lets limits be that are shorter', () => {
    const short = { ...limits, lifeMs: 900_000, maxWaitMs: 3_000, horizonMs: 2_000, turnsMs: 1_000 };
    expect(limitsFor({ limits: short }, job)).toEqual(short);
  });
});
