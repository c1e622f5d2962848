import { asWrittenOut, ofPages, type SourceRules } from '../source.ts';

/** A JSON API, page by page. */
export const restRules: SourceRules<'rest'> = {
  ...ofPages,
  files: () => [],
  urls: ({ url }) => [url],
  pages: () => ({ urls: [] }),
  secrets: asWrittenOut,
};
