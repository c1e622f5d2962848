import type { PageRequest } from '../../model.ts';
import type { Kind } from '../kind.ts';
import {
  countsAsSource,
  followed,
  identityInSource,
  isFree,
  jobsManners,
  nothingLeft,
} from '../kind-parts.ts';
import { expandSitemap, expandSitemapRobots, isSitemapRobots, sitemapFallback } from './sitemap.ts';

declare module '../../model.ts' {
  interface RequestKinds {
    sitemap: { source: number; cursor?: SitemapCursor };
  }
}

/** Of the robots.txt that names a site's sitemaps. */
export type SitemapCursor = { via: 'robots' };

/** The protocol's own bound for a sitemap (sitemaps.org), decompressed. */
const maxSitemapBytes = 52_428_800;

/** A sitemap, an index of sitemaps, a feed, or the robots.txt that names them. */
export const sitemapKind: Kind<'sitemap'> = {
  ...isFree,
  ...countsAsSource,
  touchesHost: true,
  gives: 'pages',
  carriesSecrets: false,
  reads: 'file',
  pastEnd: () => undefined,
  minBodyBytes: maxSitemapBytes,
  redirects: followed(),
  identity: (request) => identityInSource(request),
  manners: jobsManners,
  instead: sitemapFallback,
  begin(request: PageRequest<'sitemap'>, { sitemaps }) {
    // Whoever asked for robots.txt has read it already.
    if (!isSitemapRobots(request) || sitemaps === undefined) return undefined;
    return { is: 'source', expansion: expandSitemapRobots(request, sitemaps) };
  },
  read: async (request, answer, { job }) => ({
    is: 'source',
    expansion: await expandSitemap(job, request, answer),
  }),
  end: nothingLeft,
};
