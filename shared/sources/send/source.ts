import { asWrittenOut, ofPages, type SourceRules } from '../source.ts';

/** Requests that a job writes out, whose answers are pages. */
export const sendRules: SourceRules<'send'> = {
  ...ofPages,
  files: () => [],
  urls: ({ url }) => [url],
  pages: () => ({ urls: [] }),
  secrets: asWrittenOut,
};
