/**
 * Google's list for the Places API (New): "Google Maps Platform core services pricing list". Prices are those of up to 100,000 requests a
 * month of a SKU, in US dollars per 1,000; discounts above that and the prices for India are not in it. `freePerMonth`: requests of each
 * SKU that are not billed in a calendar month, by the "free usage cap" of its category (Essentials 10,000, Pro 5,000, Enterprise 1,000,
 * since 2025-03); without a limit for searches and details of ids alone.
 */
export const googlePrices = {
  /** The month of the list. */
  asOf: '2026-09',
  skus: {
    textIds: { usdPerThousand: 0, freePerMonth: Number.POSITIVE_INFINITY },
    textPro: { usdPerThousand: 32, freePerMonth: 5_000 },
    textEnterprise: { usdPerThousand: 35, freePerMonth: 1_000 },
    textAtmosphere: { usdPerThousand: 40, freePerMonth: 1_000 },
    nearbyPro: { usdPerThousand: 32, freePerMonth: 5_000 },
    nearbyEnterprise: { usdPerThousand: 35, freePerMonth: 1_000 },
    nearbyAtmosphere: { usdPerThousand: 40, freePerMonth: 1_000 },
    detailsIds: { usdPerThousand: 0, freePerMonth: Number.POSITIVE_INFINITY },
    detailsEssentials: { usdPerThousand: 5, freePerMonth: 10_000 },
    detailsPro: { usdPerThousand: 17, freePerMonth: 5_000 },
    detailsEnterprise: { usdPerThousand: 20, freePerMonth: 1_000 },
    detailsAtmosphere: { usdPerThousand: 25, freePerMonth: 1_000 },
  },
};
