import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from '../../shared/fetch/answer/retry-after.ts';

const now = Date.UTC(2026, 10, 22, 12, 0, 0);
const soon = now + 90_000;

describe('parseRetryAfter', () => {
  it.each([
    ['seconds', '120', now + 120_000],
    ['seconds with a fraction', '1.5', now + 1_500],
    ['white space around', ' 120 ', now + 120_000],
    ['an IMF date', 'Sun, 22 Nov 2026 12:01:30 GMT', soon],
    ['an RFC 850 date', 'Sunday, 22-Nov-26 12:01:30 GMT', soon],
    ['an asctime date', 'Sun Nov 22 12:01:30 2026', soon],
    ['an asctime date with a one-digit day', 'Tue Dec  1 12:00:00 2026', Date.UTC(2026, 11, 1, 12)],
  ])('reads %s', (_, value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });

  it.each([
    ['nothing', undefined],
    ['an empty header', ''],
    ['zero', '0'],
    ['a negative number', '-5'],
    ['words', 'soon'],
    ['a date in the past', 'Sun, 22 Nov 2020 12:01:30 GMT'],
    ['a two-digit year of the last century', 'Sunday, 06-Nov-94 08:49:37 GMT'],
    ['an ISO date, which is no HTTP date', '2026-11-23T00:00:00Z'],
    ['a month that is none', 'Sun, 22 Foo 2026 12:01:30 GMT'],
  ])('takes %s for no wish', (_, value) => {
    expect(parseRetryAfter(value, now)).toBeUndefined();
  });

  it('never looks further than a year ahead', () => {
    const inAYear = now + 365 * 86_400_000;
    expect(parseRetryAfter('9'.repeat(400), now)).toBe(inAYear);
    expect(parseRetryAfter('Sun, 22 Nov 9999 12:01:30 GMT', now)).toBe(inAYear);
  });
});
