import { describe, expect, it } from 'vitest';
import type { Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';

/** One message in twelve is never delivered, and now and then all of them are gone. */
const lossy = (scenario: Scenario): Scenario => ({ ...scenario, losses: { perMessage: 0.08, purges: 2 } });

describe('runs whose messages are lost, simulated', () => {
  it.each([
    [1, 400],
    [401, 800],
  ])(
    'come to the same end with the seeds %i to %i, for somebody looks after them',
    async (from, to) => {
      const failures: string[] = [];
      let lost = 0;
      for (let seed = from; seed <= to && failures.length < 5; seed += 1) {
        const { violations, setting, lost: count } = await simulate(seed, lossy);
        lost += count;
        if (violations.length > 0) failures.push(`seed ${seed} (${setting}): ${violations[0]}`);
      }
      expect(failures).toEqual([]);
      expect(lost).toBeGreaterThan(1_000);
    },
    120_000,
  );
});
