import type { KindReader } from '../kind.ts';
import { isFetched } from '../kind-parts.ts';
import { expandSitemap, expandSitemapRobots, isSitemapRobots, sitemapFallback } from './sitemap.ts';

export const sitemapReader: KindReader<'sitemap'> = {
  ...isFetched,
  begin(request, { sitemaps }) {
    // Whoever asked for robots.txt has read it already.
    if (!isSitemapRobots(request) || sitemaps === undefined) return undefined;
    return { is: 'source', expansion: expandSitemapRobots(request, sitemaps) };
  },
  read: async (request, answer, { job }) => ({
    is: 'source',
    expansion: await expandSitemap(job, request, answer),
  }),
  fallbacks: sitemapFallback,
};
