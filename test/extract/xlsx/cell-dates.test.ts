import { describe, expect, it } from 'vitest';
import { dateFormatOf, writeDate } from '../../../shared/extract/xlsx/cell-dates.ts';

describe('dateFormatOf', () => {
  it.each([
    [0, undefined, undefined],
    [14, undefined, 'date'],
    [22, undefined, 'both'],
    [46, undefined, 'time'],
    [164, 'dd.mm.yyyy', 'date'],
    [164, 'mmm', 'date'],
    [164, 'yyyy-mm-dd hh:mm', 'both'],
    [164, 'h:mm AM/PM', 'time'],
    [164, '[h]:mm', 'time'],
    [164, 'mm:ss', 'time'],
    [164, '[$-407]d. mmmm yyyy', 'date'],
    [164, '#,##0.00 "Days"', undefined],
    [164, '[Red]0.00', undefined],
    [164, '0\\d', undefined],
    [164, '_-* #,##0_-', undefined],
  ])('of %i %j is %s', (id, code, format) => {
    expect(dateFormatOf(id, code)).toBe(format);
  });
});

describe('writeDate', () => {
  it.each<[number, 'date' | 'time' | 'both', boolean, string | undefined]>([
    [1, 'date', false, '1900-01-01'],
    [59, 'date', false, '1900-02-28'],
    [60, 'date', false, undefined],
    [61, 'date', false, '1900-03-01'],
    [45_351.5625, 'both', false, '2024-02-29T13:30:00'],
    [45_351.5625, 'date', false, '2024-02-29T13:30:00'],
    [45_351, 'both', false, '2024-02-29T00:00:00'],
    [0, 'date', true, '1904-01-01'],
    [0.5, 'time', false, '12:00:00'],
    [0.999_999_9, 'time', false, '24:00:00'],
    [-1, 'date', false, undefined],
    [3_000_000, 'date', false, undefined],
  ])('writes %f as %s (1904: %s): %s', (serial, format, is1904, text) => {
    expect(writeDate(serial, format, is1904)).toBe(text);
  });
});
