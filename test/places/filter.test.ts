import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failedRule, fieldsNeededBy, type PlaceFilter, refusalOf } from '../../shared/places/filter.ts';
import { type Place, placePriceLevels } from '../../shared/places/place.ts';
import type { FieldName } from '../../shared/places/place-fields.ts';

const known: Place = {
  placeId: 'ChIJx',
  category: 'Zahnarzt',
  categories: ['Zahnarzt', 'Kieferorthopäde'],
  types: ['dentist', 'health'],
  website: 'https://dent.example/',
  phone: '021 1',
  rating: 4.5,
  reviews: 10,
  status: 'open',
  openNow: false,
  priceLevel: 'moderate',
};
const unknown: Place = { placeId: 'ChIJy' };

describe('refusalOf', () => {
  it.each<[PlaceFilter, string | undefined, string | undefined]>([
    [{}, undefined, undefined],
    [{ minReviews: 10 }, undefined, 'unknown:reviews'],
    [{ minReviews: 11 }, 'minReviews', 'unknown:reviews'],
    [{ minReviews: 0 }, undefined, 'unknown:reviews'],
    [{ maxReviews: 10 }, undefined, undefined],
    [{ maxReviews: 9 }, 'maxReviews', undefined],
    [{ maxReviews: 0 }, 'maxReviews', undefined],
    [{ minRating: 4.5 }, undefined, 'unknown:rating'],
    [{ minRating: 4.6 }, 'minRating', 'unknown:rating'],
    [{ hasWebsite: true }, undefined, 'hasWebsite'],
    [{ hasWebsite: false }, 'hasWebsite', undefined],
    [{ hasPhone: true }, undefined, 'hasPhone'],
    [{ hasPhone: false }, 'hasPhone', undefined],
    [{ categories: ['KIEFERORTHOPÄDE'] }, undefined, 'unknown:categories'],
    [{ categories: ['bakery', ' Dentist '] }, undefined, 'unknown:categories'],
    [{ categories: ['dent'] }, 'categories', 'unknown:categories'],
    [{ openNow: true }, 'openNow', 'unknown:openNow'],
    [{ priceLevels: ['free', 'moderate'] }, undefined, 'unknown:priceLevel'],
    [{ priceLevels: ['free'] }, 'priceLevels', 'unknown:priceLevel'],
    [{ includedType: 'dentist' }, undefined, 'unknown:types'],
    [{ includedType: 'dent' }, 'includedType', 'unknown:types'],
    [{ status: ['open'] }, undefined, undefined],
    [{ status: ['closedTemporarily', 'open'] }, undefined, undefined],
    [{ status: ['closedPermanently', 'closedTemporarily'] }, 'status', 'unknown:status'],
  ])('with %j says %s of a place that is known, and %s of one that is not', (filter, ofKnown, ofUnknown) => {
    expect([refusalOf(known, filter), refusalOf(unknown, filter)]).toEqual([ofKnown, ofUnknown]);
  });

  it('takes an international number for a phone', () => {
    const place = { placeId: 'ChIJz', internationalPhone: '+30 21' };
    expect(refusalOf(place, { hasPhone: true })).toBeUndefined();
    expect(refusalOf(place, { hasPhone: false })).toBe('hasPhone');
  });

  it('names the first rule that is failed', () => {
    expect(refusalOf(known, { status: ['closedPermanently'], minReviews: 99 })).toBe('minReviews');
    expect(refusalOf({ ...known, status: 'unknown' }, { status: ['open'] })).toBe('status');
    expect(refusalOf({ ...known, status: 'unknown' }, { status: ['open', 'unknown'] })).toBeUndefined();
  });

  it('says which rule a place fails, also for want of its field', () => {
    expect(failedRule(unknown, { minReviews: 1 })).toBe('minReviews');
    expect(failedRule(known, { status: ['closedPermanently'], hasPhone: false })).toBe('hasPhone');
    expect(failedRule(known, { hasPhone: true })).toBeUndefined();
  });

  it('refuses more places, never fewer, when a rule is added', () => {
    fc.assert(
      fc.property(places, filters, filters, (place, one, other) => {
        if (refusalOf(place, one) !== undefined) expect(refusalOf(place, { ...other, ...one })).toBeDefined();
      }),
    );
  });

  it('judges by no other fields than those it says it needs', () => {
    fc.assert(
      fc.property(places, filters, (place, filter) => {
        const needed = new Set<FieldName>(['placeId', ...fieldsNeededBy(filter)]);
        const asked = Object.entries(place).filter(([name]) => needed.has(name as FieldName));
        expect(refusalOf(Object.fromEntries(asked) as unknown as Place, filter)).toBe(
          refusalOf(place, filter),
        );
      }),
    );
  });
});

describe('fieldsNeededBy', () => {
  it('names each field once, and none for a filter without rules', () => {
    expect(fieldsNeededBy({ minReviews: 1, maxReviews: 5, hasPhone: false })).toEqual([
      'reviews',
      'phone',
      'internationalPhone',
    ]);
    expect(fieldsNeededBy({ minRating: undefined })).toEqual([]);
  });
});

const statuses = fc.constantFrom('open' as const, 'closedTemporarily' as const, 'closedPermanently' as const);
const levels = fc.constantFrom(...placePriceLevels);
const words = fc.constantFrom('Dentist', 'dentist', 'bakery');

const places: fc.Arbitrary<Place> = fc.record(
  {
    placeId: fc.constant('ChIJx'),
    reviews: fc.nat(5),
    rating: fc.integer({ min: 1, max: 5 }),
    website: fc.constant('https://a.example/'),
    phone: fc.constant('1'),
    internationalPhone: fc.constant('+1'),
    category: words,
    categories: fc.array(words),
    types: fc.array(words),
    status: statuses,
    openNow: fc.boolean(),
    priceLevel: levels,
  },
  { requiredKeys: ['placeId'] },
);

const filters: fc.Arbitrary<PlaceFilter> = fc.record(
  {
    minReviews: fc.nat(5),
    maxReviews: fc.nat(5),
    minRating: fc.integer({ min: 1, max: 5 }),
    hasWebsite: fc.boolean(),
    hasPhone: fc.boolean(),
    categories: fc.array(words, { minLength: 1 }),
    status: fc.array(statuses, { minLength: 1 }),
    openNow: fc.constant(true as const),
    priceLevels: fc.array(levels, { minLength: 1 }),
    includedType: words,
  },
  { requiredKeys: [] },
);
