import { describe, expect, it } from 'vitest';
import type { FieldName } from '../../shared/places/place-fields.ts';
import { type ApiRequestType, defaultPrices, microUsd, skuOf, skus } from '../../shared/places/skus.ts';

describe('skuOf', () => {
  it.each<[ApiRequestType, FieldName[], string]>([
    ['text', [], 'textIds'],
    ['text', ['placeId', 'cid', 'featureId'], 'textIds'],
    ['text', ['address'], 'textPro'],
    ['text', ['name', 'location'], 'textPro'],
    ['text', ['name', 'phone'], 'textEnterprise'],
    ['text', ['name', 'emails'], 'textEnterprise'],
    ['text', ['about', 'phone'], 'textAtmosphere'],
    ['text', ['popularTimes'], 'textIds'],
    ['nearby', ['placeId'], 'nearbyPro'],
    ['nearby', ['rating'], 'nearbyEnterprise'],
    ['nearby', ['featuredReviews'], 'nearbyAtmosphere'],
    ['details', ['placeId'], 'detailsIds'],
    ['details', ['location', 'address', 'types'], 'detailsEssentials'],
    ['details', ['name'], 'detailsPro'],
    ['details', ['hours', 'name'], 'detailsEnterprise'],
    ['details', ['description'], 'detailsAtmosphere'],
  ])('bills a %s request for %j as %s', (type, fields, sku) => {
    expect(skuOf(type, fields)).toBe(sku);
  });
});

describe('microUsd', () => {
  it('gives whole millionths of a dollar per request', () => {
    expect(microUsd('textPro')).toBe(32_000);
    expect(microUsd('detailsIds')).toBe(0);
    expect(microUsd('textPro', { ...defaultPrices, textPro: 2.8301 })).toBe(2_830);
  });

  it('never makes a dearer tier cheaper', () => {
    for (const type of ['text', 'nearby', 'details']) {
      const prices = skus.filter((sku) => sku.startsWith(type)).map((sku) => microUsd(sku));
      expect(prices).toEqual(prices.toSorted((a, b) => a - b));
    }
  });
});
