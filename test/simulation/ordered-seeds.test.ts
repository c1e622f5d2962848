import { describe, expect, it } from 'vitest';
import { sampleSize } from '../sample.ts';
import { ordered } from './ordered.ts';
import { describeSeeds } from './seeds.ts';
import { simulate } from './simulate.ts';
import { lossy } from './variants.ts';

describeSeeds(
  'runs that fetch the best pages first, simulated',
  { count: 10_000, sample: 150, replay: 'node test/simulation/replay.ts --ordered' },
  (seed) => simulate(seed, ordered(seed)),
);

describe('runs that fetch the best pages first', () => {
  it('come to the same end when messages are lost', { timeout: 240_000 }, async ({ task }) => {
    const seeds = sampleSize(task, 'seeds', 800, 40);
    const failures: string[] = [];
    let lost = 0;
    for (let seed = 1; seed <= seeds && failures.length < 5; seed += 1) {
      const variant = ordered(seed);
      const { violations, setting, lost: count } = await simulate(seed, (it) => lossy(variant(it)));
      lost += count;
      if (violations.length > 0) failures.push(`seed ${seed} (${setting}): ${violations[0]}`);
    }
    expect(failures).toEqual([]);
    expect(lost).toBeGreaterThan(seeds);
  });
});
