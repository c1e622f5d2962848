import { describe, expect, it } from 'vitest';
import { areInOneMonth, freeRequests } from '../../shared/places/free-requests.ts';
import { googlePrices } from '../../shared/places/google-prices.ts';

describe('freeRequests', () => {
  const bills = [
    { sku: 'textEnterprise', requests: 400, usd: 14 },
    { sku: 'detailsPro', requests: 10, usd: 0.17 },
    { sku: 'textIds', requests: 900, usd: 0 },
  ];

  it('covers what the month has left of each SKU, and says nothing of what is free anyway', () => {
    expect(freeRequests(bills, { 'billed:textEnterprise': 900, 'billed:textPro': 5_000 })).toEqual({
      bySku: [
        { sku: 'textEnterprise', requests: 100, usd: 3.5 },
        { sku: 'detailsPro', requests: 10, usd: 0.17 },
      ],
      usd: 3.67,
    });
  });

  it('covers nothing once a month’s are used up', () => {
    const before = { 'billed:textEnterprise': 1_200, 'billed:detailsPro': 5_000 };
    expect(freeRequests(bills, before)).toEqual({ bySku: [], usd: 0 });
  });
});

describe('the free requests of a month', () => {
  it.each([
    ['Ids', Number.POSITIVE_INFINITY],
    ['Essentials', 10_000],
    ['Pro', 5_000],
    ['Enterprise', 1_000],
    ['Atmosphere', 1_000],
  ])('are those of the category %s, whatever is asked', (category, freePerMonth) => {
    const ofCategory = Object.entries(googlePrices.skus).filter(([sku]) => sku.endsWith(category));
    expect(ofCategory.length).toBeGreaterThan(0);
    for (const [sku, price] of ofCategory)
      expect({ sku, ...price }).toEqual(expect.objectContaining({ freePerMonth }));
  });
});

describe('areInOneMonth', () => {
  it('goes by the clock of the Pacific', () => {
    const start = Date.UTC(2026, 10, 1, 7);
    expect(areInOneMonth(start, Date.UTC(2026, 11, 1, 7, 59))).toBe(true);
    expect(areInOneMonth(start, Date.UTC(2026, 11, 1, 8, 1))).toBe(false);
    expect(areInOneMonth(start, Date.UTC(2026, 10, 1, 6, 59))).toBe(false);
  });
});
