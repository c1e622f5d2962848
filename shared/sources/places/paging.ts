import type { CellState } from './cell-state.ts';

/**
 * Whether a page of a search names places of earlier pages in such a way that others may be missing: nothing but them, as
 * where a service ignores which page is asked for; or some of them in another order, as where it ranks anew for each
 * page. A page that begins with the end of what came before overlaps with it, and lacks nothing.
 *
 * @param keys of the places of the page, each once
 */
export function repeatsEarlierPages({ met }: Pick<CellState, 'met'>, keys: string[]): boolean {
  const earlier = new Set(met);
  const repeated = keys.filter((key) => earlier.has(key));
  if (repeated.length === 0) return false;
  if (repeated.length === keys.length) return true;
  const end = met.slice(-repeated.length);
  return end.some((key, index) => key !== keys[index]);
}

/** Results of one answer to a search of the API. */
const placesPerPage = 20;

/** Pages that hold so many places; 1 at least, since an answer without places is one too. */
export function pagesOf(places: number): number {
  return Math.max(1, Math.ceil(places / placesPerPage));
}
