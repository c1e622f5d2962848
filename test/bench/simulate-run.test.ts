import { describe, expect, it } from 'vitest';
import { type SimulationOptions, simulateRun } from '../../bench/simulation/simulate-run.ts';
import { shardCount } from '../../shared/engine/shards.ts';

const small: SimulationOptions = {
  grain: 'engine',
  hosts: 4,
  pages: 4 * 140,
  gapMs: 1_000,
  seed: 7,
  maxConcurrency: 2,
  memoryMb: 512,
  timeoutMs: 120_000,
  windowMs: 0,
  limits: {
    leaseMs: 110_000,
    batchSize: 25,
    batchBudgetMs: 60_000,
    turnsMs: 27_500,
    maxWaitMs: 15_000,
    horizonMs: 60_000,
    maxPauseMs: 900_000,
    maxCrashes: { together: 3, alone: 5 },
  },
};

const crawls = [
  ['the engine', 'engine', 1_000],
  ['the engine without a gap', 'engine', 0],
  ['the model', 'coarse', 1_000],
  ['the model without a gap', 'coarse', 0],
] as const;

describe('simulateRun', () => {
  it.each(crawls)('drains with every page stored once and no batch open: %s', async (_name, grain, gapMs) => {
    const { tally, open, state, pages } = await simulateRun({ ...small, grain, gapMs });

    expect({ stored: tally.pages, surplus: tally.surplus, open, state }).toEqual({
      stored: pages,
      surplus: 0,
      open: 0,
      state: 'finished',
    });
  });

  it('is no faster than the hosts allow', async () => {
    const { drainMs } = await simulateRun(small);

    const turnsOfAHost = 1 + 140;
    expect(drainMs).toBeGreaterThan((turnsOfAHost - 1) * small.gapMs);
  });

  it('gives the same figures for the same seed', async () => {
    const [one, other] = [await simulateRun(small), await simulateRun(small)];

    expect(other.meter.usage).toEqual(one.meter.usage);
    expect(other.drainMs).toBe(one.drainMs);
  });

  it('bills what the engine asks for, nearly the same in the model', async () => {
    const [exact, coarse] = [await simulateRun(small), await simulateRun({ ...small, grain: 'coarse' })];

    for (const name of ['writeUnits', 'readUnits', 'sqsRequests', 'lambdaMbMs', 's3Puts'] as const) {
      expect(Math.abs(coarse.meter.usage[name] / exact.meter.usage[name] - 1), name).toBeLessThan(0.25);
    }
    expect(exact.meter.usage.readUnits).toBeGreaterThan(shardCount);
  });
});
