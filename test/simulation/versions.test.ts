import { describe, expect, it } from 'vitest';
import type { Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';

/** Processes of two versions share a run, some of whose messages and outcomes only the newer ones can read. */
const upgraded = (scenario: Scenario): Scenario => ({
  ...scenario,
  upgrade: { fromMs: 300, toMs: 30_000 },
});

describe('a deployment with runs in flight, simulated', () => {
  it.each([
    [1, 300],
    [301, 600],
  ])(
    'loses nothing with the seeds %i to %i',
    async (from, to) => {
      const failures: string[] = [];
      let handedOn = 0;
      for (let seed = from; seed <= to && failures.length < 5; seed += 1) {
        const { violations, setting, handedOn: count } = await simulate(seed, upgraded);
        handedOn += count;
        if (violations.length > 0) failures.push(`seed ${seed} (${setting}): ${violations[0]}`);
      }
      expect(failures).toEqual([]);
      expect(handedOn).toBeGreaterThan(300);
    },
    120_000,
  );
});
