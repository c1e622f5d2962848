import { asLinks, ofPages, resolvedAtStart, type SourceRules } from '../source.ts';

/** Start pages, from which the follow rules of their labels lead on. */
export const crawlRules: SourceRules<'crawl'> = {
  ...ofPages,
  seeds: ({ start, label }) => ({ links: asLinks(start, label), next: [] }),
  files: () => [],
  urls: ({ start }) => start,
  pages: ({ start, label }) => ({ label, urls: start }),
  secrets: resolvedAtStart,
  open: undefined,
};
