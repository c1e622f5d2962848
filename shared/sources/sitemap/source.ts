import { ofPages, resolvedAtStart, type SourceRules } from '../source.ts';
import { firstSitemapRequests } from './sitemap.ts';

/** Pages that sitemaps, or feeds, list. */
export const sitemapRules: SourceRules<'sitemap'> = {
  ...ofPages,
  seeds: (settings, index) => ({ links: [], next: firstSitemapRequests(settings, index) }),
  files: () => [],
  urls: ({ site, urls = [] }) => (site === undefined ? urls : [site, ...urls]),
  pages: () => ({ urls: [] }),
  secrets: resolvedAtStart,
  open: undefined,
};
