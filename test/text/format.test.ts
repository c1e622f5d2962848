import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatNoun,
  formatRate,
  formatTable,
  rateUnit,
} from '../../shared/text/format.ts';

describe('formatCount', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1_234_567, '1,234,567'],
  ])('writes %d as %s', (value, text) => expect(formatCount(value)).toBe(text));
});

describe('formatNoun', () => {
  it('tells one from many', () => {
    expect([0, 1, 2].map((value) => formatNoun(value, 'page'))).toEqual(['0 pages', '1 page', '2 pages']);
    expect(formatNoun(2, 'batch', 'batches')).toBe('2 batches');
  });
});

describe('formatDuration', () => {
  it.each([
    [-5, '0 ms'],
    [850, '850 ms'],
    [999.7, '1000 ms'],
    [1_250, '1.2 s'],
    [12_999, '12 s'],
    [192_000, '3 m 12 s'],
    [180_000, '3 m'],
    [7_500_000, '2 h 5 m'],
    [273_600_000, '3 d 4 h'],
  ])('writes %d ms as %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_540, '1.5 kB'],
    [12_345, '12 kB'],
    [999_999, '1.0 MB'],
    [2_300_000_000, '2.3 GB'],
  ])('writes %d bytes as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe('formatRate', () => {
  it.each([
    [0, '0 pages/s'],
    [12.34, '12 pages/s'],
    [1.26, '1.3 pages/s'],
    [0.5, '30 pages/min'],
    [0.001, '3.6 pages/h'],
  ])('writes %d a second as %s', (rate, text) => expect(formatRate(rate, 'page')).toBe(text));

  it('tells one from many', () => expect(formatRate(1, 'page')).toBe('1 page/s'));

  it.each([
    [0.5, undefined, '30 pages/min'],
    [0.5, 's', '0.5 pages/s'],
    [3, 'min', '180 pages/min'],
    [0, 'min', '0 pages/min'],
    [0.01, 's', '36 pages/h'],
    [20, 'min', '20 pages/s'],
  ] as const)('writes %d a second, shown in %s before, as %s', (rate, before, text) =>
    expect(formatRate(rate, 'page', rateUnit(rate, before))).toBe(text),
  );
});

describe('formatTable', () => {
  it('pads columns, numbers to the right', () => {
    expect(
      formatTable(
        [
          ['run', 'n'],
          ['a', '12'],
        ],
        [1],
      ),
    ).toEqual(['run   n', 'a    12']);
  });
});
