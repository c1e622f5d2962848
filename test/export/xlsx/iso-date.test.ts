import { describe, expect, it } from 'vitest';
import { isoDate } from '../../../shared/export/xlsx/iso-date.ts';

describe('isoDate', () => {
  it.each([
    ['2026-01-31', 46_053, false],
    ['2026-01-31T12:00:00Z', 46_053.5, true],
    ['2026-01-31T12:00:00.000Z', 46_053.5, true],
    ['2026-01-31T12:00:00', 46_053.5, true],
    ['2026-01-31 12:00', 46_053.5, true],
    ['2026-01-31T00:00:00+12:00', 46_052.5, true],
    ['2026-01-31T00:00:00-0600', 46_053.25, true],
    ['1900-03-01', 61, false],
    ['9999-12-31', 2_958_465, false],
  ])('reads %s', (text, serial, hasTime) => {
    expect(isoDate(text)).toEqual({ serial, hasTime });
  });

  it.each([
    ...['2026-02-31', '2026-13-01', '2026-01-31T24:00', '2026-01-31T12:61', '1900-02-28', '0050-01-01'],
    ...['2026-01', '20260131', '31.01.2026', '2026-01-31 and on', ' 2026-01-31', '2026-01-31T'],
  ])('leaves %s text', (text) => {
    expect(isoDate(text)).toBeUndefined();
  });
});
