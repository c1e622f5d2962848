import { isSampled, type SourceAhead } from '../ahead-parts.ts';

export const sitemapAhead: SourceAhead<'sitemap'> = { ...isSampled, readsLists: true };
