import { describe, expect, it } from 'vitest';
import { withinTerms } from '../../shared/export/terms.ts';

const dayMs = 86_400_000;
const fetchedAt = '2026-01-01T00:00:00.000Z';
const daysLater = (days: number) => Date.parse(fetchedAt) + days * dayMs;
const place = {
  _item: 'place',
  _url: 'https://places.test/x',
  placeId: 'ChIJ1',
  name: 'Acme',
  location: { lat: 1, lng: 2 },
  emails: ['a@acme.test'],
  fetchedAt,
  provenance: { api: ['placeId', 'name', 'location'], website: ['emails'] },
};

describe('withinTerms', () => {
  it('leaves a place as it is while its fields may be kept', () => {
    expect(withinTerms(place, daysLater(29))).toEqual({ record: place, remarks: ['apiPlaces'] });
  });

  it('takes away what may be kept no longer', () => {
    const { name, location, ...rest } = place;
    expect(withinTerms(place, daysLater(31))).toEqual({
      record: rest,
      remarks: ['apiPlaces', 'expiredPlaces'],
    });
  });

  it('keeps a place of the listing', () => {
    const listed = { ...place, provenance: { listing: ['placeId', 'name', 'location'] } };
    expect(withinTerms(listed, daysLater(99))).toEqual({
      record: listed,
      remarks: [],
    });
  });

  it('takes a place of unknown age for an old one', () => {
    expect(withinTerms({ ...place, fetchedAt: null }, daysLater(1)).remarks).toContain('expiredPlaces');
  });

  it.each([
    { ...place, _item: 'shop' },
    { _item: 'place', name: 'of a page' },
    { ...place, provenance: ['name'] },
    { ...place, provenance: { api: 'name' } },
  ])('leaves alone what is no place of the API: %#', (record) => {
    expect(withinTerms(record, daysLater(99)).record).toEqual(record);
  });
});
