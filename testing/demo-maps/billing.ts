import type { Tier } from './field-mask.ts';

export type Method = 'textSearch' | 'nearbySearch' | 'details';
export type Sku = `${Method}.${Tier}`;

/** Dollars per 1,000 requests, list prices of 2026-09 without free quantities. */
const prices: Record<Method, Record<Tier, number>> = {
  textSearch: { idsOnly: 0, essentials: 32, pro: 32, enterprise: 35, enterpriseAtmosphere: 40 },
  nearbySearch: { idsOnly: 32, essentials: 32, pro: 32, enterprise: 35, enterpriseAtmosphere: 40 },
  details: { idsOnly: 0, essentials: 5, pro: 17, enterprise: 20, enterpriseAtmosphere: 25 },
};

export interface Bill {
  /** Requests that got a result, by what they are sold as. */
  requests: Partial<Record<Sku, number>>;
  dollars: number;
}

export interface BillingMeter {
  charge(method: Method, tier: Tier): void;
  bill(): Bill;
}

export function openBilling(): BillingMeter {
  const requests: Partial<Record<Sku, number>> = {};
  let thousandths = 0;
  return {
    charge(method, tier) {
      requests[`${method}.${tier}`] = (requests[`${method}.${tier}`] ?? 0) + 1;
      thousandths += prices[method][tier];
    },
    bill: () => ({ requests: { ...requests }, dollars: thousandths / 1000 }),
  };
}
