import { describe, expect, it } from 'vitest';
import { attributes } from '../../../../shared/sources/places/api/attributes.ts';
import { placeOfRecord } from '../../../../shared/sources/places/listing/listing-place.ts';
import { optionNames } from '../../../../shared/sources/places/listing/option-names.ts';
import { readRecord } from '../../../../shared/sources/places/listing/read-record.ts';
import { bakery, type Sparse, toList } from './listing-answer.ts';

function placeOf(sparse: Sparse) {
  const record = readRecord(toList({ ...bakery, ...sparse }));
  if (record === undefined) throw new Error('no record');
  return placeOfRecord(record);
}

describe('placeOfRecord', () => {
  it('has nothing but ids, name and link where nothing else is known', () => {
    expect(placeOf({})).toEqual({
      placeId: 'ChIJZ3xpixSjoRQRS73qdI8R-6c',
      cid: '12104287731327876427',
      featureId: '0x14a1a3148b697c67:0xa7fb118f74eabd4b',
      name: 'Corner Bakery',
      link: 'https://www.google.com/maps?cid=12104287731327876427',
    });
  });

  it.each([
    ['that the listing gives', 'ChIJAAAAAAAAAAARS73qdI8R-6c', 'ChIJAAAAAAAAAAARS73qdI8R-6c'],
    ['made of the feature id, if the other is of another place', 'ChIJDdnwdv0y5xQRRytw1ihZQeU', undefined],
    ['made of the feature id, if the other is none', '<script>', undefined],
  ])('has the place id %s', (_, placeId, expected = 'ChIJZ3xpixSjoRQRS73qdI8R-6c') => {
    expect(placeOf({ 78: placeId }).placeId).toBe(expected);
  });

  it('gives hours by weekday, of the days known', () => {
    const days = [
      ['Lördag', 6, [2024, 12, 14], [['7–20', [[7], [20]]]]],
      ['Söndag', 7, [2024, 12, 15], [['Stängt']]],
      ['Lördag', 6, [2024, 12, 21], [['Stängt']]],
    ];
    expect(placeOf({ 203: [days] }).hours).toEqual({ saturday: ['07:00–20:00'], sunday: ['Stängt'] });
  });

  it.each([
    ['an hour below 0', [-5]],
    ['an hour above 24', [25]],
    ['a minute above 59', [9, 99]],
  ])('gives hours as text where a time has %s', (_, time) => {
    const monday = ['Monday', 1, [2024, 12, 9], [['9 AM–5 PM', [time, [17]]]]];
    expect(placeOf({ 203: [[monday]] }).hours).toEqual({ monday: ['9 AM–5 PM'] });
  });

  it('gives popular times by weekday and hour', () => {
    const days = [
      [
        7,
        [
          [6, 0],
          [12, 46, 'busy'],
          [25, 10],
          [13, 'x'],
        ],
      ],
      [9, [[6, 0]]],
    ];
    expect(placeOf({ 84: [days] }).popularTimes).toEqual({ sunday: { 6: 0, 12: 46 } });
  });

  it('tells a national number from an international one', () => {
    const phones = [
      ['21 0261 6578', 1],
      ['+30 21 0261 6578', 2],
    ];
    expect(placeOf({ 178: [['+30 21 0261 6578', phones]] })).toMatchObject({
      phone: '21 0261 6578',
      internationalPhone: '+30 21 0261 6578',
    });
    expect(placeOf({ 178: [['25 101555']] })).not.toHaveProperty('internationalPhone');
  });

  it('says whether cards are taken, if the profile does', () => {
    const cards = (has: number) => [
      null,
      [
        [
          'payments',
          'Payments',
          [['/geo/type/establishment_poi/pay_credit_card', 'Credit cards', [1, [[has]]]]],
        ],
      ],
    ];
    expect(placeOf({ 100: cards(1) })).toMatchObject({
      creditCards: true,
      about: { payments: { 'Credit cards': true } },
    });
    expect(placeOf({ 100: cards(0) }).creditCards).toBe(false);
    expect(placeOf({ 100: [null, [['payments', 'Payments', []]]] })).not.toHaveProperty('creditCards');
  });

  it('names what an attribute is as the API does, in whatever language it is asked', () => {
    const option = (id: string, label: string, has: 0 | 1) => [
      `/geo/type/establishment_poi/${id}`,
      ...[label, [1, [[has]]]],
    ];
    const about = [
      [
        'service_options',
        'Service',
        [option('has_takeout', 'Zum Mitnehmen', 1), option('has_seating', 'Sitzplätze', 1)],
      ],
      [
        ...['payments', 'Zahlungen'],
        [
          option('pay_credit_card', 'Kreditkarten', 1),
          option('pay_credit_card_types_accepted', 'Credit cards', 0),
        ],
      ],
    ];
    expect(placeOf({ 100: [null, about] }).about).toEqual({
      service_options: { Takeout: true, Sitzplätze: true },
      payments: { 'Credit cards': true },
    });
    const ofApi = Object.values(attributes).flatMap(Object.keys);
    expect([...optionNames.values()].filter((name) => !ofApi.includes(name))).toEqual([]);
  });

  it('says whether the business can be claimed, if that is known', () => {
    expect(placeOf({ 49: ['https://business.google.com/create?fp=1'] }).canClaim).toBe(true);
    expect(placeOf({ 57: [null, 'Ann (Owner)', '123'] })).toMatchObject({
      canClaim: false,
      owner: { name: 'Ann (Owner)', id: '123', link: 'https://www.google.com/maps/contrib/123' },
    });
    expect(placeOf({})).not.toHaveProperty('canClaim');
  });

  it('dates reviews', () => {
    const review = ['id', toList({ 2: 1688125590509285 })];
    expect(placeOf({ 175: { 9: [[[[review]]]] } }).featuredReviews).toEqual([
      { id: 'id', at: '2023-06-30T11:46:30.509Z' },
    ]);
  });

  it('falls back on the older parts of an address, and on the country of the record', () => {
    expect(placeOf({ 82: [null, 'Old port', 'Old port', 'Limassol'], 243: 'CY' }).addressParts).toEqual({
      street: 'Old port',
      city: 'Limassol',
      country: 'CY',
    });
  });
});
