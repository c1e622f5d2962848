import { describe, expect, it } from 'vitest';
import { detach, memoize } from '../../shared/extract/memoize.ts';

function counted() {
  const asked: string[] = [];
  const remembered = memoize((key) => {
    asked.push(key);
    return { key };
  });
  return { asked, remembered };
}

describe('memoize', () => {
  it('gives the same object for the same key', () => {
    const { asked, remembered } = counted();
    expect(remembered('a')).toBe(remembered('a'));
    expect(remembered('b')).toEqual({ key: 'b' });
    expect(asked).toEqual(['a', 'b']);
  });

  it('forgets what is not used, and keeps what is', () => {
    const { asked, remembered } = counted();
    const used = remembered('used');
    for (let index = 0; index < 100_000; index++) {
      remembered(String(index));
      remembered('used');
    }
    expect(remembered('used')).toBe(used);
    expect(asked).toHaveLength(100_001);
    remembered('0');
    expect(asked).toHaveLength(100_002);
  });

  it('keeps nothing for very long keys', () => {
    const { asked, remembered } = counted();
    for (let times = 0; times < 2; times++) remembered('x'.repeat(1_000));
    expect(asked).toHaveLength(2);
  });
});

describe('detach', () => {
  it.each(['', 'abc', 'é', '“x”', '😀', '\ud800', '\u0000'])('copies %j as it is', (text) => {
    expect(detach(text)).toBe(text);
  });
});
