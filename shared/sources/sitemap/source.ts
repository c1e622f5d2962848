import { ofPages, resolvedAtStart, type SourceRules } from '../source.ts';

/** Pages that sitemaps, or feeds, list. */
export const sitemapRules: SourceRules<'sitemap'> = {
  ...ofPages,
  files: () => [],
  urls: ({ site, urls = [] }) => (site === undefined ? urls : [site, ...urls]),
  pages: () => ({ urls: [] }),
  headers: ({ headers }) => headers,
  secrets: resolvedAtStart,
};
