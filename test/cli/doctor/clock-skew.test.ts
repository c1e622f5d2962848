import { describe, expect, it } from 'vitest';
import { judgeSkew, skewBetween } from '../../../cli/doctor/clock-skew.ts';

describe('skewBetween', () => {
  it.each([
    ['the second in which it was answered', 10_500, 10_900, 10_000, 0],
    ['a call longer than a second', 10_500, 13_900, 12_000, 0],
    ['a clock ahead', 70_000, 70_100, 10_000, 59_000],
    ['a clock behind', 10_000, 10_100, 70_000, -59_900],
  ])('of %s', (_, sentAt, receivedAt, date, skew) => {
    expect(skewBetween(sentAt, receivedAt, date)).toBe(skew);
  });
});

describe('judgeSkew', () => {
  it.each([
    [0, 'ok', 'agrees with that of X'],
    [-4_000, 'ok', '4 s behind that of X'],
    [60_000, 'look', '60 s ahead of that of X'],
    [-300_000, 'wrong', '300 s behind that of X'],
  ])('%i ms', (ms, state, says) => {
    expect(judgeSkew(ms, 'X')).toMatchObject({ state, says });
  });
});
