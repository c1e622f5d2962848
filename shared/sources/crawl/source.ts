import { ofPages, resolvedAtStart, type SourceRules } from '../source.ts';

/** Start pages, from which the follow rules of their labels lead on. */
export const crawlRules: SourceRules<'crawl'> = {
  ...ofPages,
  leadsOn: true,
  files: () => [],
  urls: ({ start }) => start,
  pages: ({ start, label }) => ({ label, urls: start }),
  headers: ({ headers }) => headers,
  secrets: resolvedAtStart,
};
