import { describe, expect, it } from 'vitest';
import { sampleSize } from '../sample.ts';
import { simulate } from './simulate.ts';
import { upgraded } from './variants.ts';

describe('a deployment with runs in flight, simulated', () => {
  it('loses nothing', { timeout: 240_000 }, async ({ task }) => {
    const seeds = sampleSize(task, 'seeds', 600, 80);
    const failures: string[] = [];
    let handedOn = 0;
    for (let seed = 1; seed <= seeds && failures.length < 5; seed += 1) {
      const { violations, setting, handedOn: count } = await simulate(seed, upgraded);
      handedOn += count;
      if (violations.length > 0) failures.push(`seed ${seed} (${setting}): ${violations[0]}`);
    }
    expect(failures).toEqual([]);
    expect(handedOn).toBeGreaterThan(seeds / 2);
  });
});
