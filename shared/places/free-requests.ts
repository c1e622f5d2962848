import type { Counts } from '../model.ts';
import { googlePrices } from './google-prices.ts';
import { type Sku, skus } from './skus.ts';

/** Requests that Google may not bill, and what they would cost. */
export interface FreeRequests {
  bySku: { sku: Sku; requests: number; usd: number }[];
  usd: number;
}

/** Where Google's months end ("resets at midnight Pacific time on the first day of the month"). */
const zone = 'America/Los_Angeles';

/** Whether two moments (epoch ms) lie in one month of Google's bill. */
export function areInOneMonth(one: number, other: number): boolean {
  // Made where it is needed: the first of a process takes 16 ms, which every process would pay as it starts.
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit' });
  return format.format(one) === format.format(other);
}

/**
 * How many of these requests are free at most, when others of the month have used up free ones before. At most, since
 * requests of other programs to the same billing account are not known. `before`: counts of runs, `billed:…` among them.
 */
export function freeRequests(
  bills: { sku: string; requests: number; usd: number }[],
  before: Counts,
): FreeRequests {
  const bySku = bills.flatMap(({ sku: name, requests, usd }) => {
    const sku = skus.find((known) => known === name);
    if (sku === undefined || usd === 0) return [];
    const left = Math.max(0, googlePrices.skus[sku].freePerMonth - (before[`billed:${sku}`] ?? 0));
    const free = Math.min(left, requests);
    return free === 0 ? [] : [{ sku, requests: free, usd: (usd * free) / requests }];
  });
  return { bySku, usd: bySku.reduce((sum, { usd }) => sum + usd, 0) };
}
