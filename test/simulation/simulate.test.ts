import { describe, expect, it } from 'vitest';
import { simulate } from './simulate.ts';
import { simulateLocks } from './simulate-locks.ts';

describe('simulate', () => {
  it('does the same again with the same seed', async () => {
    for (const seed of [36, 58, 1243]) expect(await simulate(seed)).toEqual(await simulate(seed));
  });

  it('lets every kind of fault happen', async () => {
    const kinds = new Set<string>();
    for (let seed = 1; seed <= 100; seed += 1) {
      for (const kind of Object.keys((await simulate(seed)).faults)) kinds.add(kind);
    }
    const all = ['death', 'delay', 'duplicate', 'lostAnswer', 'pause', 'refused', 'slow', 'throttle'];
    expect([...kinds].sort()).toEqual(all);
  });
});

describe('simulateLocks', () => {
  it('does the same again with the same seed', async () => {
    for (const seed of [4, 111, 575]) expect(await simulateLocks(seed)).toEqual(await simulateLocks(seed));
  });
});
