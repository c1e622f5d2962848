import { asLinks, ofPages, resolvedAtStart, type SourceRules } from '../source.ts';
import { firstUrlsRequest } from './urls-file.ts';

/** A list of URLs, in the job or in a file beside it. */
export const urlsRules: SourceRules<'urls'> = {
  ...ofPages,
  seeds({ list, file, label }, index) {
    if (list !== undefined) return { links: asLinks(list, label), next: [] };
    return { links: [], next: file === undefined ? [] : [firstUrlsRequest(file, index)] };
  },
  files: ({ file }) => (file === undefined ? [] : [file]),
  urls: ({ list = [] }) => list,
  pages: ({ list = [], label }) => ({ label, urls: list }),
  secrets: resolvedAtStart,
  open: undefined,
};
