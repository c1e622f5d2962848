import type { SourceStart } from '../source.ts';
import { firstSitemapRequests } from './sitemap.ts';

export const sitemapStart: SourceStart<'sitemap'> = {
  seeds: (settings, index) => ({ links: [], next: firstSitemapRequests(settings, index) }),
  open: undefined,
  ofItems: undefined,
};
