import { describe, expect, it } from 'vitest';
import { type Call, checkHistory } from './lock-history.ts';

type Line = [
  method: Call['method'],
  values: unknown[],
  from: number,
  to: number | 'unknown',
  answer?: unknown,
];

/** Calls whose times are their places: one a millisecond. */
const history = (...lines: Line[]): Call[] =>
  lines.map(([method, values, from, to, answer]) => ({
    method,
    values,
    calledAt: from,
    calledMs: from,
    ...(to === 'unknown' ? {} : { returnedAt: to, returnedMs: to, answer: answer ?? 'done' }),
  }));

const acquire = (token: string, from: number, to: number | 'unknown', fence?: number): Line => [
  'acquireLock',
  [{ name: 'l', token, leaseMs: 100 }],
  from,
  to,
  fence === undefined ? undefined : { state: 'mine', fence, until: 0 },
];
const release = (token: string, from: number, to: number | 'unknown'): Line => [
  'releaseLock',
  ['l', token],
  from,
  to,
];
const renew = (token: string, from: number, to: number | 'unknown', answer?: boolean): Line => [
  'renewLock',
  ['l', token, 100],
  from,
  to,
  answer,
];
const write = (
  value: number,
  fence: number,
  from: number,
  to: number | 'unknown',
  answer?: boolean,
): Line => ['writeRegister', ['r', value, fence], from, to, answer];
const read = (value: number, fence: number, from: number, to: number): Line => [
  'readRegister',
  ['r'],
  from,
  to,
  { value, fence },
];

const verdict = (calls: Call[], permits = 1) =>
  checkHistory(calls, () => permits).length === 0 ? 'good' : 'bad';

describe('checkHistory', () => {
  it.each<[string, Line[], number?]>([
    ['one holder after the other', [acquire('a', 1, 2, 1), release('a', 3, 4), acquire('b', 5, 6, 2)]],
    [
      'a release that took effect before its answer',
      [acquire('a', 1, 2, 1), release('a', 3, 9), acquire('b', 4, 5, 2)],
    ],
    ['a holder whose lease has ended', [acquire('a', 1, 2, 1), acquire('b', 101, 102, 2)]],
    ['a grant whose answer was lost', [acquire('a', 1, 'unknown'), acquire('b', 102, 103, 2)]],
    ['a grant that never happened', [acquire('a', 1, 'unknown'), acquire('b', 2, 3, 1)]],
    ['a token granted anew', [acquire('a', 1, 2, 1), acquire('a', 3, 4, 2)]],
    ['two holders of two permits', [acquire('a', 1, 2, 1), acquire('b', 3, 4, 2)], 2],
    [
      'a renewal that keeps the lock',
      [acquire('a', 1, 2, 1), renew('a', 90, 91, true), acquire('b', 190, 191, 2)],
    ],
    [
      'a renewal that nobody heard of',
      [acquire('a', 1, 2, 1), renew('a', 90, 'unknown'), acquire('b', 101, 102, 2)],
    ],
    ['a stale write refused', [write(1, 2, 1, 2, true), write(9, 1, 3, 4, false), read(1, 2, 5, 6)]],
    ['a write seen before its answer', [write(1, 1, 1, 9, true), read(1, 1, 2, 3)]],
    ['a write that may have happened', [write(1, 1, 1, 'unknown'), read(1, 1, 5, 6)]],
  ])('accepts %s', (_, lines, permits) => {
    expect(verdict(history(...lines), permits)).toBe('good');
  });

  it.each<[string, Line[], number?]>([
    ['two holders', [acquire('a', 1, 2, 1), acquire('b', 3, 4, 2)]],
    [
      'three holders of two permits',
      [acquire('a', 1, 2, 1), acquire('b', 3, 4, 2), acquire('c', 5, 6, 3)],
      2,
    ],
    ['a lease ended before its time', [acquire('a', 1, 2, 1), acquire('b', 99, 100, 2)]],
    [
      'a lease ended in spite of its renewal',
      [acquire('a', 1, 2, 1), renew('a', 90, 91, true), acquire('b', 150, 151, 2)],
    ],
    ['a fence that goes back', [acquire('a', 1, 2, 5), release('a', 3, 4), acquire('b', 5, 6, 4)]],
    ['a fence given twice', [acquire('a', 1, 2, 1), release('a', 3, 4), acquire('b', 5, 6, 1)]],
    [
      'a renewal after another has it',
      [acquire('a', 1, 2, 1), acquire('b', 102, 103, 2), renew('a', 104, 105, true)],
    ],
    ['a stale write accepted', [write(1, 2, 1, 2, true), write(9, 1, 3, 4, true)]],
    ['a fresh write refused', [write(1, 1, 1, 2, true), write(2, 2, 3, 4, false)]],
    ['a value that was overwritten', [write(1, 1, 1, 2, true), write(2, 2, 3, 4, true), read(1, 1, 5, 6)]],
  ])('refuses %s', (_, lines, permits) => {
    expect(verdict(history(...lines), permits)).toBe('bad');
  });
});
