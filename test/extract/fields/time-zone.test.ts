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

  const sentence = 'The lamp was lit in the evening, and it burned until the morning came. ';
  const article = (published: string) =>
    `<html lang=en><head><meta property="article:published_time" content="${published}"></head><body><article><h1>Lamps</h1>
    <p>${sentence.repeat(8)}</p><p>${sentence.repeat(8)}</p></article></body></html>`;

  it.each([
    ['2025-03-04T09:30:00', '2025-03-04T07:30:00Z'],
    ['2025-03-04T09:30:00+01:00', '2025-03-04T08:30:00Z'],
    ['2025-10-26T03:30:00', null],
  ])('is that of the date of an article: %s', async (published, date) => {
    const fields = { date: { article: 'date' }, all: { article: ['date'] } };
    const { items } = await extractWith({ fields }, article(published), {}, { timeZone: 'Europe/Athens' });
    expect(items[0]?.fields).toEqual({ date, all: { date } });
  });

  it('of a source takes precedence, as of date_gmt beside date', async () => {
    const from = [{ path: 'date_gmt', timeZone: 'UTC' }, 'path:date'];
    const posts = [
      { date: '2025-03-04T09:30:00', date_gmt: '2025-03-04T07:30:00' },
      { date: '2025-03-04T09:30:00', date_gmt: null },
    ];
    const { items } = await extractWith(
      { fields: { at: { from, type: 'date' } } },
      JSON.stringify(posts),
      { contentType: 'application/json' },
      { timeZone: 'Asia/Tokyo' },
    );
    expect(items).toMatchObject([
      { fields: { at: '2025-03-04T07:30:00Z' } },
      { fields: { at: '2025-03-04T00:30:00Z' }, marks: [{ kind: 'from', field: 'at', source: 'path:date' }] },
    ]);
  });

  it('is nobody’s where neither job nor field says one', async () => {
    const { items } = await extractWith(rule, page('2025-01-04 09:30'));
    expect(items[0]?.fields).toMatchObject({ at: '2025-01-04T09:30:00', step: '2025-01-04T09:30:00' });
  });
});
