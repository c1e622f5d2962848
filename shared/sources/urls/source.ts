import { ofPages, resolvedAtStart, type SourceRules } from '../source.ts';

/** A list of URLs, in the job or in a file beside it. */
export const urlsRules: SourceRules<'urls'> = {
  ...ofPages,
  files: ({ file }) => (file === undefined ? [] : [file]),
  urls: ({ list = [] }) => list,
  pages: ({ list = [], label }) => ({ label, urls: list }),
  headers: ({ headers }) => headers,
  secrets: resolvedAtStart,
};
