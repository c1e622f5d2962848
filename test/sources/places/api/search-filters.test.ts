import { describe, expect, it } from 'vitest';
import { placePriceLevels } from '../../../../shared/places/place.ts';
import { nameOfPriceLevel, searchFilters } from '../../../../shared/sources/places/api/search-filters.ts';
import { placesSource } from '../../../../shared/sources/places/schema.ts';

const api = { key: '${env:KEY}', queries: 'bar', areas: [{ circle: { lat: 1, lng: 1, radiusM: 500 } }] };
const { key: _, ...rest } = api;

function sent(settings: object) {
  return searchFilters(placesSource.parse({ ...api, ...settings }));
}

describe('searchFilters', () => {
  it.each([
    [{}, {}],
    [{ filter: { minRating: 4.5 } }, { minRating: 4.5 }],
    [{ filter: { minRating: 4.4 } }, { minRating: 4 }],
    [{ filter: { minRating: 1.2 } }, { minRating: 1 }],
    [{ filter: { openNow: true } }, { openNow: true }],
    [
      { filter: { priceLevels: ['moderate', 'veryExpensive'] } },
      { priceLevels: ['PRICE_LEVEL_MODERATE', 'PRICE_LEVEL_VERY_EXPENSIVE'] },
    ],
    [{ filter: { priceLevels: ['free', 'moderate'] } }, {}],
    [{ filter: { includedType: 'bar' } }, { includedType: 'bar', strictTypeFiltering: true }],
    [{ includePureServiceAreaBusinesses: true }, { includePureServiceAreaBusinesses: true }],
    [{ filter: { minReviews: 5, hasPhone: true, categories: 'Bar', status: ['open'] } }, {}],
    [{ search: 'nearby', filter: { minRating: 4, openNow: true } }, {}],
  ])('of %j sends %j', (settings, filters) => {
    expect(sent(settings)).toEqual(filters);
  });

  it('sends nothing to the listing', () => {
    const listing = placesSource.parse({ ...rest, source: 'google-maps', filter: { minRating: 4 } });
    expect(searchFilters(listing)).toEqual({});
  });
});

describe('nameOfPriceLevel', () => {
  it('is the name that the API has', () => {
    expect(placePriceLevels.map(nameOfPriceLevel)).toEqual([
      'PRICE_LEVEL_FREE',
      'PRICE_LEVEL_INEXPENSIVE',
      'PRICE_LEVEL_MODERATE',
      'PRICE_LEVEL_EXPENSIVE',
      'PRICE_LEVEL_VERY_EXPENSIVE',
    ]);
  });
});
