import { toArray } from './sparse.ts';

/** What the listing sends to searches that it does not want: 6.5 kB with the query, one header row and no result. */
export function stubJson(query: string): string {
  const header = toArray({ 8: 'demoEventId', 10: [query, 0] });
  return JSON.stringify(toArray({ 0: [query, [header]], 7: 'demoEventId', 20: 'x'.repeat(6_300) }, 67));
}
