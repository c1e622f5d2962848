import { describe, expect, it } from 'vitest';
import { isRecord, readRecord } from '../../../../shared/sources/places/listing/read-record.ts';
import { bakery, cafe, type Sparse, toList } from './listing-answer.ts';

const read = (sparse: Sparse) => readRecord(toList({ ...bakery, ...sparse }));

describe('isRecord', () => {
  it('asks for a feature id and a name in their slots', () => {
    expect(isRecord(toList(bakery))).toBe(true);
    expect(isRecord(toList({ ...bakery, 10: '0x14a1a3148b697c67' }))).toBe(false);
    expect(isRecord(toList({ ...bakery, 11: ' ' }))).toBe(false);
    expect(isRecord({ ...bakery })).toBe(false);
  });
});

describe('readRecord', () => {
  it('has nothing but ids and name where nothing else is known', () => {
    expect(read({})).toEqual({
      featureId: '0x14a1a3148b697c67:0xa7fb118f74eabd4b',
      name: 'Corner Bakery',
      cid: '12104287731327876427',
      placeIdDerived: 'ChIJZ3xpixSjoRQRS73qdI8R-6c',
    });
  });

  it('takes no value of another type, nor one out of range', () => {
    for (const wrong of [0, -1, 1.5, 1e300, '', ' ', 'x', true, [], [[]], [0], [''], { 0: 1 }]) {
      const everywhere = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [index, wrong]));
      const record = readRecord(toList({ ...everywhere, ...bakery }));
      expect(record).not.toHaveProperty('rating');
      expect(record).not.toHaveProperty('hours');
      expect(Object.values(record ?? {})).not.toContain(undefined);
      expect(Object.values(record ?? {})).not.toContain('');
    }
    expect(read({ 4: { 7: 0, 8: -1 }, 9: { 2: 91, 3: '23' } })).toEqual(read({}));
  });

  it('tells no reviews from an unknown number of them', () => {
    expect(read({ 4: { 8: 0 } })?.reviewCount).toBe(0);
    expect(read({ 4: { 7: 4.5 } })).not.toHaveProperty('reviewCount');
  });

  it.each([
    ['its own slot', { 39: 'Eakou 74, Ilion' }],
    ['the one with the name', {}],
    ['lines', { 18: null, 2: ['Eakou 74', 'Ilion'] }],
  ])('reads the address from %s', (_, sparse) => {
    expect(readRecord(toList({ ...cafe, ...sparse }))?.address).toBe('Eakou 74, Ilion');
  });

  it('reads the hours of a day, with zeros that are left out', () => {
    const day = [
      'Monday',
      1,
      [2024, 12, 16],
      [
        ['12 AM–8:30 PM', [[], [20, 30]]],
        ['Later', [[null, 30], [7]]],
      ],
    ];
    expect(read({ 203: [[day, ['Tuesday', 8], 'Wednesday']] })?.hours).toEqual([
      {
        label: 'Monday',
        dow: 1,
        date: [2024, 12, 16],
        ranges: ['12 AM–8:30 PM', 'Later'],
        spans: [
          [[], [20, 30]],
          [[0, 30], [7]],
        ],
      },
    ]);
  });

  it('reads the hours of older answers', () => {
    const days = [
      ['Sunday', ['Closed'], null, null, '2024-12-15', 2, null, 0],
      ['Monday', ['7 AM–8:30 PM'], null, null, '2024-12-16', 1, [[7, 0, 20, 30]], 0],
      ['Tuesday', ['7 AM–8 PM'], null, null, '17 December', 1, [[7, 0, 20, 0]], 0],
      ['Wednesday', ['Open 24 hours'], null, null, '2024-12-18', 1, [[7, 0]], 0],
    ];
    expect(read({ 34: { 1: days } })?.hours).toEqual([
      { label: 'Sunday', dow: 7, date: [2024, 12, 15], ranges: ['Closed'], spans: [] },
      {
        label: 'Monday',
        dow: 1,
        date: [2024, 12, 16],
        ranges: ['7 AM–8:30 PM'],
        spans: [
          [
            [7, 0],
            [20, 30],
          ],
        ],
      },
      { label: 'Wednesday', dow: 3, date: [2024, 12, 18], ranges: ['Open 24 hours'], spans: [] },
    ]);
  });

  it('reads links, those escaped twice and those in a wrapper too', () => {
    const record = read({
      7: ['/url?q=https://bakery.example/%3Fa%3Db&opi=1', 'bakery.example'],
      38: ['https://menu.example/?x\\u003dy'],
      46: [['javascript:alert(1)'], ['https://book.example/']],
      75: [[null, [4, null, [[['Shop'], [null, null, ['https://order.example/']]]]]]],
    });
    expect(record).toMatchObject({
      website: 'https://bakery.example/?a=b',
      websiteDomain: 'bakery.example',
      menuLink: 'https://menu.example/?x=y',
      reservationLinks: ['https://book.example/'],
      orderLinks: ['https://order.example/'],
    });
  });

  it('reads what the profile says yes and no to, and leaves out what is neither', () => {
    const option = (label: string, ...value: unknown[]) => [`/geo/type/${label}`, label, value];
    const options = [
      option('delivery', 1, [[1, 'Delivery']]),
      option('takeaway', 1, [[0, 'No takeaway']]),
      option('cards', 3, [[1, 'Cards']]),
      option('parking', 1, [[2, '?']]),
    ];
    expect(read({ 100: [null, [['service_options', 'Service options', options], [7]]] })?.about).toEqual([
      {
        id: 'service_options',
        options: [
          { id: '/geo/type/delivery', label: 'delivery', has: true },
          { id: '/geo/type/takeaway', label: 'takeaway', has: false },
        ],
      },
    ]);
  });

  it('reads reviews, with what each has', () => {
    const review = toList({
      0: 'id1',
      1: { 2: 1688125590509285, 4: { 5: ['Ann', 'photo', ['https://www.google.com/maps/contrib/7'], '7'] } },
      2: {
        0: [4],
        2: [['photo', { 6: ['https://lh5.example/p'] }]].map(([id, at]) => [id, toList(at as Sparse)]),
        15: [['Good.']],
      },
      3: { 14: [['Thanks!']] },
    });
    expect(read({ 175: { 9: [[[[review], [[]], ['?'], [[null, { 2: 1 }]]]]] } })?.reviews).toEqual([
      {
        id: 'id1',
        at: 1688125590509,
        author: 'Ann',
        authorLink: 'https://www.google.com/maps/contrib/7',
        stars: 4,
        text: 'Good.',
        photos: ['https://lh5.example/p'],
        reply: 'Thanks!',
      },
    ]);
  });

  it('reads reviews of the layout of 2023, whose author and text stand elsewhere', () => {
    const author = [[4, null, 1], 4, 32, 'photo', 'Ann', 'https://www.google.com/maps/contrib/7'];
    const review = toList({ 0: 'id1', 1: { 4: [author, ['link', 'Ann']] }, 2: [[4], ['Good.', 'en']] });
    expect(read({ 175: { 9: [[[[review]]]] } })?.reviews).toEqual([
      {
        id: 'id1',
        author: 'Ann',
        authorLink: 'https://www.google.com/maps/contrib/7',
        stars: 4,
        text: 'Good.',
        language: 'en',
      },
    ]);
  });

  it('reads what else is shown of a place: photos, words of reviews, places beside it', () => {
    const beside = toList({ 4: { 7: 4.7, 8: 12 }, 9: { 2: 34.6, 3: 33.1 }, 11: 'Next door', 13: ['Bar'] });
    const record = read({
      37: [[], 411],
      99: [[['People also search for', [['0x0:0x2a', beside], ['0x0:0x2b'], ['?'], ['0x1:0x2a']]]]],
      153: [[toList({ 1: 'meze', 3: { 4: 21 } }), toList({ 1: 'wine' }), []]],
    });
    expect(record?.photoCount).toBe(411);
    expect(record?.reviewKeywords).toEqual([{ word: 'meze', reviews: 21 }]);
    expect(record?.related).toEqual([
      {
        cid: '42',
        name: 'Next door',
        category: 'Bar',
        rating: 4.7,
        reviewCount: 12,
        latitude: 34.6,
        longitude: 33.1,
      },
      { cid: '43' },
    ]);
  });
});
