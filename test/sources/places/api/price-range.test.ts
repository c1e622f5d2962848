import { describe, expect, it } from 'vitest';
import { readPriceRange } from '../../../../shared/sources/places/api/price-range.ts';

const money = (currencyCode: string, units?: string, nanos?: number) => ({ currencyCode, units, nanos });

describe('readPriceRange', () => {
  it.each([
    [{ startPrice: money('EUR', '10'), endPrice: money('EUR', '20') }, 'PRICE_LEVEL_MODERATE', '€10–20'],
    [{ startPrice: money('USD', '100') }, undefined, '$100+'],
    [{ startPrice: money('CHF', '10'), endPrice: money('CHF', '20') }, undefined, 'CHF 10–20'],
    [{ startPrice: money('GBP', undefined, 500_000_000), endPrice: money('GBP', '2') }, undefined, '£0.5–2'],
    [undefined, 'PRICE_LEVEL_FREE', 'Free'],
    [{}, 'PRICE_LEVEL_VERY_EXPENSIVE', '$$$$'],
    [{ startPrice: money('euros', '1') }, 'PRICE_LEVEL_INEXPENSIVE', '$'],
    [{ startPrice: money('EUR', 'ten') }, 'PRICE_LEVEL_UNSPECIFIED', undefined],
    [{ startPrice: money('EUR', 'Infinity') }, undefined, undefined],
    [{ startPrice: money('EUR', '10'), endPrice: money('EUR', '1e999') }, undefined, '€10+'],
    [undefined, undefined, undefined],
  ])('writes %j and %s as %s', (range, level, text) => {
    expect(readPriceRange(range, level)).toBe(text);
  });
});
