import type { PageCache } from '../stores/local/page-cache.ts';

/** The cache of pages beside a store. Loaded on demand: few jobs are being written. */
export async function openAnswers(store: string): Promise<PageCache> {
  const { cacheFileOf, openPageCache } = await import('../stores/local/page-cache.ts');
  return openPageCache(cacheFileOf(store));
}
