import { googlePrices } from './google-prices.ts';
import { type FieldName, fieldsToAsk, placeFields, type Tier, tiers } from './place-fields.ts';

/** Requests to the Places API (New): text search, nearby search, place details. */
export type ApiRequestType = 'text' | 'nearby' | 'details';

/** What Google bills requests as. Nearby search has nothing cheaper than Pro, text search no Essentials. */
export type Sku = keyof typeof googlePrices.skus;
export const skus = Object.keys(googlePrices.skus) as readonly Sku[];

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

/** Google's list prices of `googlePrices.asOf`. */
export const defaultPrices = Object.fromEntries(
  skus.map((sku) => [sku, googlePrices.skus[sku].usdPerThousand]),
) as SkuPrices;

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
