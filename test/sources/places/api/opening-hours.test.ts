import { describe, expect, it } from 'vitest';
import { weekdays } from '../../../../shared/places/place.ts';
import { readHours, readSpecialHours } from '../../../../shared/sources/places/api/opening-hours.ts';

const closed = ['Closed'];
const allClosed = {
  monday: closed,
  tuesday: closed,
  wednesday: closed,
  thursday: closed,
  friday: closed,
  saturday: closed,
  sunday: closed,
};
const whole = ['Open 24 hours'];

describe('readHours', () => {
  it.each([
    [
      'a lunch break',
      [
        [1, 9, 1, 12],
        [1, 14, 1, 18],
      ],
      { monday: ['09:00–12:00', '14:00–18:00'] },
    ],
    ['a night, on the day it begins', [[5, 18, 6, 2]], { friday: ['18:00–02:00'] }],
    ['the night of the last day of the week', [[6, 22, 0, 4]], { saturday: ['22:00–04:00'] }],
    ['a whole day', [[2, 0, 3, 0]], { tuesday: whole }],
    ['days on end', [[5, 12, 0, 6]], { friday: ['12:00–24:00'], saturday: whole, sunday: ['00:00–06:00'] }],
  ])('writes %s', (_, periods, days) => {
    expect(readHours({ periods: periods.map(toPeriod) })).toEqual({ ...allClosed, ...days });
  });

  it('knows a place that never closes by its only period', () => {
    const hours = readHours({ periods: [{ open: { day: 0, hour: 0, minute: 0 } }] });
    expect(hours).toEqual(Object.fromEntries(weekdays.map((day) => [day, whole])));
  });

  it('reads descriptions where there are no periods, by the names of the days', () => {
    const weekdayDescriptions = ['Sunday: Closed', 'Monday: 9:00 AM – 12:00 PM, 2:00 – 6:00 PM'];
    expect(readHours({ weekdayDescriptions })).toEqual({
      sunday: closed,
      monday: ['9:00 AM – 12:00 PM', '2:00 – 6:00 PM'],
    });
  });

  it.each([
    ['nothing', undefined],
    ['no hours', {}],
    ['descriptions in another language', { weekdayDescriptions: ['Montag: Geschlossen'] }],
    ['a time that is none', { periods: [{ open: { day: 9, hour: 0 } }] }],
    ['a period without an opening', { periods: [{}] }],
    ['a closing that is no time', { periods: [{ open: { day: 1, hour: 9 }, close: { day: 1, hour: 25 } }] }],
    ['an endless period among others', { periods: [toPeriod([1, 9, 1, 17]), { open: { day: 2, hour: 9 } }] }],
  ])('knows nothing of %s', (_, value) => {
    expect(readHours(value)).toBeUndefined();
  });
});

describe('readSpecialHours', () => {
  const periods = [toPeriod([5, 9, 5, 12]), toPeriod([1, 9, 1, 17])];
  const of = (...dates: object[]) => ({ periods, specialDays: dates.map((date) => ({ date })) });

  it('gives the hours of days that are not as usual, by their dates', () => {
    const value = of({ year: 2026, month: 12, day: 25 }, { year: 2026, month: 12, day: 26 });
    expect(readSpecialHours(value)).toEqual([
      { date: '2026-12-25', hours: ['09:00–12:00'] },
      { date: '2026-12-26', hours: closed },
    ]);
  });

  it.each([
    ['no special days', { periods }],
    ['no hours', { specialDays: [{ date: { year: 2026, month: 12, day: 25 } }] }],
    ['a date that is none', of({ year: 2026, month: 2, day: 30 }, { month: 2 }, {})],
    ['nothing', undefined],
  ])('knows nothing of %s', (_, value) => {
    expect(readSpecialHours(value)).toBeUndefined();
  });
});

function toPeriod([openDay, open, closeDay, close]: number[]) {
  return { open: { day: openDay, hour: open, minute: 0 }, close: { day: closeDay, hour: close, minute: 0 } };
}
