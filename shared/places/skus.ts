import { type FieldName, fieldsToAsk, placeFields, type Tier, tiers } from './place-fields.ts';

/** Requests to the Places API (New): text search, nearby search, place details. */
export type ApiRequestType = 'text' | 'nearby' | 'details';

/** What Google bills requests as. Nearby search has nothing cheaper than Pro, text search no Essentials. */
export const skus = [
  'textIds',
  'textPro',
  'textEnterprise',
  'textAtmosphere',
  'nearbyPro',
  'nearbyEnterprise',
  'nearbyAtmosphere',
  'detailsIds',
  'detailsEssentials',
  'detailsPro',
  'detailsEnterprise',
  'detailsAtmosphere',
] as const;
export type Sku = (typeof skus)[number];

/** US dollars per 1,000 requests. */
export type SkuPrices = Record<Sku, number>;

/** As on Google's bill. */
export const skuNames: Record<Sku, string> = {
  textIds: 'Text Search Essentials (IDs Only)',
  textPro: 'Text Search Pro',
  textEnterprise: 'Text Search Enterprise',
  textAtmosphere: 'Text Search Enterprise + Atmosphere',
  nearbyPro: 'Nearby Search Pro',
  nearbyEnterprise: 'Nearby Search Enterprise',
  nearbyAtmosphere: 'Nearby Search Enterprise + Atmosphere',
  detailsIds: 'Place Details Essentials (IDs Only)',
  detailsEssentials: 'Place Details Essentials',
  detailsPro: 'Place Details Pro',
  detailsEnterprise: 'Place Details Enterprise',
  detailsAtmosphere: 'Place Details Enterprise + Atmosphere',
};

/**
 * Google's list prices of 2026-09 for up to 100,000 requests a month of a SKU. The free requests of each
 * month, the discounts above that and the prices for India are not counted: an estimate may be too high.
 */
export const defaultPrices: SkuPrices = {
  textIds: 0,
  textPro: 32,
  textEnterprise: 35,
  textAtmosphere: 40,
  nearbyPro: 32,
  nearbyEnterprise: 35,
  nearbyAtmosphere: 40,
  detailsIds: 0,
  detailsEssentials: 5,
  detailsPro: 17,
  detailsEnterprise: 20,
  detailsAtmosphere: 25,
};

const skuByTier: Record<ApiRequestType, Record<Tier, Sku>> = {
  text: {
    ids: 'textIds',
    essentials: 'textPro',
    pro: 'textPro',
    enterprise: 'textEnterprise',
    atmosphere: 'textAtmosphere',
  },
  nearby: {
    ids: 'nearbyPro',
    essentials: 'nearbyPro',
    pro: 'nearbyPro',
    enterprise: 'nearbyEnterprise',
    atmosphere: 'nearbyAtmosphere',
  },
  details: {
    ids: 'detailsIds',
    essentials: 'detailsEssentials',
    pro: 'detailsPro',
    enterprise: 'detailsEnterprise',
    atmosphere: 'detailsAtmosphere',
  },
};

/** What a request for these fields is billed as: by the dearest of them. */
export function skuOf(type: ApiRequestType, fields: readonly FieldName[]): Sku {
  const asked = fieldsToAsk(fields).map((name) => placeFields[name].api?.tier);
  const dearest = tiers.findLast((tier) => asked.includes(tier)) ?? 'ids';
  return skuByTier[type][dearest];
}

/** Price of one request in whole millionths of a US dollar, so that sums and budgets are exact. */
export function microUsd(sku: Sku, prices: SkuPrices = defaultPrices): number {
  return Math.round(prices[sku] * 1_000);
}
