import type { Kind } from '../kind.ts';
import {
  countsAsSource,
  followed,
  hostRulesOfJob,
  identityInSource,
  isFree,
  nothingLeft,
} from '../kind-parts.ts';

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
  lists: 'all',
  carriesSecrets: false,
  reads: 'file',
  minBodyBytes: maxSitemapBytes,
  redirects: followed(),
  identity: (request) => identityInSource(request),
  hostRules: hostRulesOfJob,
  end: nothingLeft,
};
