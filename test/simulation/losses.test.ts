import { describe, expect, it } from 'vitest';
import { sampleSize } from '../sample.ts';
import { simulate } from './simulate.ts';
import { lossy } from './variants.ts';

describe('runs whose messages are lost, simulated', () => {
  it('come to the same end, for somebody looks after them', { timeout: 240_000 }, async ({ task }) => {
    const seeds = sampleSize(task, 'seeds', 800, 80);
    const failures: string[] = [];
    let lost = 0;
    for (let seed = 1; seed <= seeds && failures.length < 5; seed += 1) {
      const { violations, setting, lost: count } = await simulate(seed, lossy);
      lost += count;
      if (violations.length > 0) failures.push(`seed ${seed} (${setting}): ${violations[0]}`);
    }
    expect(failures).toEqual([]);
    expect(lost).toBeGreaterThan(seeds);
  });
});
