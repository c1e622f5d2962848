import { describe, expect, it } from 'vitest';
import { inGroups } from './in-groups.ts';
import { simulate } from './simulate.ts';

const seeds = 60;

describe('runs that pace hosts together', () => {
  it(`hold their invariants, with gaps over all hosts of a group, with the seeds 1 to ${seeds}`, {
    timeout: 240_000,
  }, async () => {
    const failures: string[] = [];
    for (let seed = 1; seed <= seeds; seed += 1) {
      const { violations, setting } = await simulate(seed, inGroups(seed));
      if (violations.length > 0) failures.push(`seed ${seed} (${setting}): ${violations[0]}`);
    }
    expect(failures).toEqual([]);
  });
});
