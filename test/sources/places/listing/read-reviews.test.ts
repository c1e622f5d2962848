import { describe, expect, it } from 'vitest';
import { readReviews } from '../../../../shared/sources/places/listing/read-reviews.ts';
import { reviewsUrl } from '../../../../shared/sources/places/listing/reviews-request.ts';

const answer = (value: unknown, status = 200) => ({
  status,
  url: 'https://www.google.com/httpservice/x',
  contentType: 'application/json',
  body: new TextEncoder().encode(`)]}'\n${JSON.stringify(value)}`),
});
const list = (reviews: unknown, token?: string) => {
  const block = new Array(7).fill(null);
  block[2] = reviews;
  if (token !== undefined) block[6] = token;
  const part = new Array(11).fill(null);
  part[10] = block;
  return answer([null, part]);
};
const row = (values: Record<number, unknown>) => {
  const review = new Array(49).fill(null);
  for (const [index, value] of Object.entries(values)) review[Number(index)] = value;
  return review;
};
const whole = row({
  1: 4,
  2: ['vor 2 Wochen', 2, '1783000000000'],
  3: [
    'Maria P.',
    'https://lh3.googleusercontent.com/a/x',
    'https://www.google.com/maps/contrib/11/reviews?hl=el',
    3,
    1,
  ],
  4: [null, 'vor einer Woche', 'Danke &amp; bis bald'],
  5: 'Chd1',
  26: 'el',
  27: 'Καλό &amp; γρήγορο<br>Ξανά &lt;3',
  28: 'Καλό',
});

describe('readReviews', () => {
  it('reads each field, as text and not as HTML', () => {
    expect(readReviews(list([whole], 'next'))).toEqual({
      state: 'reviews',
      unread: 0,
      token: 'next',
      reviews: [
        {
          id: 'Chd1',
          rating: 4,
          at: '2026-07-02T13:46:40.000Z',
          author: 'Maria P.',
          authorLink: 'https://www.google.com/maps/contrib/11/reviews?hl=el',
          text: 'Καλό & γρήγορο\nΞανά <3',
          language: 'el',
          reply: 'Danke & bis bald',
        },
      ],
    });
  });

  it('leaves out what is absent, and counts what has no id', () => {
    expect(readReviews(list([row({ 1: 9, 2: ['x', 2, 'soon'], 5: 'a' }), row({ 1: 3 }), 'x']))).toEqual({
      state: 'reviews',
      unread: 2,
      reviews: [{ id: 'a' }],
    });
  });

  it.each([null, []])('tells a list without reviews (%j)', (none) => {
    expect(readReviews(list(none))).toEqual({ state: 'reviews', reviews: [], unread: 0 });
  });

  it.each([
    ['changed', answer([null, [null, 'x'.repeat(700)]])],
    ['stub', answer([null, null])],
    ['changed', answer([], 400)],
    ['blocked', answer([], 429)],
  ] as const)('tells what is no list: %s', (state, given) => {
    expect(readReviews(given)).toMatchObject({ state });
  });
});

describe('reviewsUrl', () => {
  const asked = { endpoint: 'https://www.google.com/', language: 'el', featureId: '0x1:0x2' };
  const messageOf = (url: string) => JSON.parse(new URL(url).searchParams.get('reqpld') ?? '');

  it('asks for the newest of a place, in its language', () => {
    const url = new URL(reviewsUrl({ ...asked, region: 'gr' }));
    expect(url.pathname).toBe('/httpservice/web/PrivateLocalSearchUiDataService/GetLocalBoqProxy');
    expect([...url.searchParams.keys()]).toEqual(['msc', 'hl', 'gl', 'reqpld']);
    const [, part] = messageOf(url.href);
    expect(part[9]).toEqual([null, 2, null, null, null, null, null, null, null, 20, null, ['0x1:0x2']]);
  });

  it('asks for a further page by its token', () => {
    const [, part] = messageOf(reviewsUrl({ ...asked, token: 'T' }));
    expect([part[9][1], part[9][11], part[9][19]]).toEqual([2, ['0x1:0x2'], 'T']);
  });
});
