import { describe, expect, it } from 'vitest';
import { makeSeenCache } from '../../shared/engine/seen-cache.ts';

describe('makeSeenCache', () => {
  it('remembers who admitted a key, run by run', () => {
    const seen = makeSeenCache();
    seen.remember('r', 'key', 'batch');
    expect(seen.owner('r', 'key')).toBe('batch');
    expect(seen.owner('s', 'key')).toBeUndefined();
    expect(seen.owner('r', 'other')).toBeUndefined();
  });

  it('keeps the latest half of its capacity at least, and no more than all of it', () => {
    const seen = makeSeenCache(10);
    for (let key = 0; key < 100; key += 1) seen.remember('r', String(key), 'batch');
    const known = Array.from({ length: 100 }, (_, key) => key).filter((key) => seen.owner('r', String(key)));
    expect(known.length).toBeGreaterThanOrEqual(5);
    expect(known.length).toBeLessThanOrEqual(10);
    expect(known.at(0)).toBe(100 - known.length);
  });
});
