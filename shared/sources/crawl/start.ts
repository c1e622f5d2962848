import { asLinks, type SourceStart } from '../source.ts';

export const crawlStart: SourceStart<'crawl'> = {
  seeds: ({ start, label }) => ({ links: asLinks(start, label), next: [] }),
  open: undefined,
  ofItems: undefined,
};
