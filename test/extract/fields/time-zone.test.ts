import { describe, expect, it } from 'vitest';
import { extractWith, fieldsWith } from '../compile-job.ts';

const page = (text: string) => `<p>${text}</p>`;
const athens = { select: 'p', type: 'date', timeZone: 'Europe/Athens' };

describe('timeZone', () => {
  it.each([
    ['2025-01-04 09:30', '2025-01-04T07:30:00Z'],
    ['2025-07-04 09:30:15.5', '2025-07-04T06:30:15.500Z'],
    ['4 March 2025, 9.30 pm', '2025-03-04T19:30:00Z'],
    ['2025-03-04 00:10', '2025-03-03T22:10:00Z'],
    ['2025-03-04', '2025-03-04'],
    ['2025-03-04T09:30:00Z', '2025-03-04T09:30:00Z'],
    ['2025-03-04T09:30:00+01:00', '2025-03-04T08:30:00Z'],
    ['Tue, 4 Mar 2025 09:30:00 EST', '2025-03-04T14:30:00Z'],
  ])('is that of a time that names none: %s', async (text, date) => {
    expect(await fieldsWith({ at: athens }, page(text))).toEqual({ at: date });
  });

  it.each([
    ['that clocks show twice', '2025-10-26 03:30'],
    ['that clocks never show', '2025-03-30 03:30'],
  ])('makes no guess about a time %s, and counts it as lost', async (_, text) => {
    const { items } = await extractWith({ fields: { at: athens, text: 'p' } }, page(text));
    expect(items[0]).toMatchObject({
      fields: { at: null },
      lost: [{ field: 'at', step: 'type', found: text }],
    });
  });

  const rule = {
    fields: {
      at: { select: 'p', type: 'date' },
      gmt: { select: 'p', type: 'date', timeZone: 'UTC' },
      step: { select: 'p', transform: [{ date: { format: 'yyyy-MM-dd HH:mm' } }] },
      own: { select: 'p', transform: [{ date: { format: 'yyyy-MM-dd HH:mm', zone: 'Asia/Tokyo' } }] },
      below: { select: 'body', fields: { at: { select: 'p', type: 'date' } } },
    },
  };

  it('of the job is that of each date without one of its own, of steps and below other fields too', async () => {
    const others = { timeZone: 'Europe/Athens' };
    const { items } = await extractWith(rule, page('2025-01-04 09:30'), {}, others);
    expect(items[0]?.fields).toEqual({
      at: '2025-01-04T07:30:00Z',
      gmt: '2025-01-04T09:30:00Z',
      step: '2025-01-04T07:30:00Z',
      own: '2025-01-04T00:30:00Z',
      below: { at: '2025-01-04T07:30:00Z' },
    });
  });

  it('is nobody’s where neither job nor field says one', async () => {
    const { items } = await extractWith(rule, page('2025-01-04 09:30'));
    expect(items[0]?.fields).toMatchObject({ at: '2025-01-04T09:30:00', step: '2025-01-04T09:30:00' });
  });
});
