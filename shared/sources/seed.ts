import type { Job, Source } from '../job/schema.ts';
import type { PageRequest } from '../model.ts';
import { firstRestRequest } from './rest.ts';
import { firstSitemapRequests } from './sitemap.ts';
import type { Expansion } from './types.ts';
import { firstUrlsRequest } from './urls-file.ts';

/**
 * What every source of the job names before anything is fetched. `next` requests carry the index
 * of their source. Fetches and reads nothing; header secrets stay `${env:NAME}`.
 */
export function seedRequests(job: Job): Expansion {
  const expansions = job.sources.map(expandSource);
  return {
    links: expansions.flatMap(({ links }) => links),
    next: expansions.flatMap(({ next }) => next),
    invalid: [],
  };
}

function expandSource(source: Source, index: number): Pick<Expansion, 'links' | 'next'> {
  const { crawl, sitemap, urls, rest } = source;
  if (crawl) return { links: asLinks(crawl.start, crawl.label), next: [] };
  if (sitemap) return { links: [], next: firstSitemapRequests(sitemap, index) };
  if (urls?.list) return { links: asLinks(urls.list, urls.label), next: [] };
  const next: PageRequest[] = [];
  if (urls?.file) next.push(firstUrlsRequest(urls.file, index));
  if (rest) next.push(firstRestRequest(rest, index));
  return { links: [], next };
}

function asLinks(urls: string[], label: string | undefined): Expansion['links'] {
  return urls.map((url) => (label === undefined ? { url } : { url, label }));
}
