import { describe, expect, it } from 'vitest';
import { placeFilterSchema } from '../../../shared/sources/places/filter-schema.ts';

describe('placeFilterSchema', () => {
  it('takes every rule, one category without brackets too', () => {
    const filter = { minReviews: 1, maxReviews: 9, minRating: 4.5, hasWebsite: false, hasPhone: true };
    const parsed = placeFilterSchema.parse({ ...filter, categories: 'Dentist', status: ['open'] });
    expect(parsed).toEqual({ ...filter, categories: ['Dentist'], status: ['open'] });
    expect(placeFilterSchema.parse(parsed)).toEqual(parsed);
  });

  it.each([
    [{ minReviews: -1 }],
    [{ minReviews: 1.5 }],
    [{ minRating: 5.1 }],
    [{ minRating: 0 }],
    [{ hasWebsite: 'yes' }],
    [{ categories: [] }],
    [{ status: ['closed'] }],
    [{ minReviews: 10, maxReviews: 9 }],
    [{ openNow: false }],
    [{ priceLevels: ['cheap'] }],
    [{ includedType: 'Dentist' }],
    [{ maxRating: 3 }],
  ])('refuses %j', (filter) => {
    expect(placeFilterSchema.safeParse(filter).success).toBe(false);
  });
});
