import type { PlacesSource } from '../../../job/schema.ts';
import type { PriceLevel } from '../../../places/place.ts';

/** What a text search is asked to leave out or to add, by the names of the API. */
export interface SearchFilters {
  minRating?: number;
  openNow?: true;
  priceLevels?: string[];
  /** One type of Google's Table A, such as dentist; places of other types are left out. */
  includedType?: string;
  strictTypeFiltering?: true;
  includePureServiceAreaBusinesses?: true;
}

/**
 * The rules of a job's filter that the API applies itself, so that what they leave out is neither paid for nor fills a cell. A
 * rule is sent only where the reference of `places.searchText` says that it leaves out nothing that passes here, where
 * the same rules are applied exactly:
 *
 * - `minRating`: "Filter out results whose average user rating is strictly less than this limit", at a cadence of 0.5, and
 *   "will round up": so it is sent rounded down to a multiple of 0.5.
 * - `openNow`: "restrict the search to places that are currently open".
 * - `priceLevels`: "restrict the search to places that are marked as certain price levels". PRICE_LEVEL_FREE may stand in
 *   answers and not in requests: a filter with it is applied here alone.
 * - `includedType` with `strictTypeFiltering`: "only results of the same type will be returned".
 *
 * A nearby search has none of them.
 */
export function searchFilters({
  source,
  search,
  filter = {},
  includePureServiceAreaBusinesses,
}: Pick<PlacesSource, 'source' | 'search' | 'filter' | 'includePureServiceAreaBusinesses'>): SearchFilters {
  if (source !== 'google-places' || search !== 'text') return {};
  const { minRating, openNow, priceLevels = [], includedType } = filter;
  const areLevelsSent = priceLevels.length > 0 && !priceLevels.includes('free');
  return {
    ...(minRating === undefined ? {} : { minRating: Math.floor(2 * minRating) / 2 }),
    ...(openNow === undefined ? {} : { openNow }),
    ...(areLevelsSent ? { priceLevels: priceLevels.map(nameOfPriceLevel) } : {}),
    ...(includedType === undefined ? {} : { includedType, strictTypeFiltering: true as const }),
    ...(includePureServiceAreaBusinesses ? { includePureServiceAreaBusinesses: true as const } : {}),
  };
}

/** PRICE_LEVEL_VERY_EXPENSIVE of `veryExpensive`. */
export function nameOfPriceLevel(level: PriceLevel): string {
  return `PRICE_LEVEL_${level.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
