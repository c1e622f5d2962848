import type { Job } from '../../shared/job/schema.ts';
import { formatCount, formatNoun } from '../../shared/text/format.ts';
import type { Listed } from './count-listed.ts';
import type { Measured } from './measure-sample.ts';

/** How many pages a run will have, and how that is known. */
export interface ExpectedPages {
  pages: number;
  /** `limit`: the number is unknown, so limits.maxPages is assumed, or limits.maxPagesPerHost of the hosts seen. */
  known: 'given' | 'whole' | 'listed' | 'limit';
  /** For people. */
  how: string;
  /** Pages that sources name; guessed from the sitemaps read, where not all were. */
  named: number;
}

export interface PageEvidence {
  job: Job;
  measured: Measured;
  files: Listed;
  /** `--pages` */
  given: number | undefined;
  /** The sample was the whole run: it ended by itself, and no limit of the sample had a part in it. */
  isWhole: boolean;
}

export function expectedPages(evidence: PageEvidence): ExpectedPages {
  const { measured, given, isWhole } = evidence;
  const { sitemaps } = measured;
  const named = Math.round(countOf(measured.listed) * sitemapFactor(measured) + countOf(evidence.files));
  const most = maxPagesOfLimits(evidence);
  const capped = (pages: number) => Math.min(pages, most.pages);
  const cap = (pages: number) =>
    pages > most.pages ? `; ${most.limit} ends the run at ${formatCount(most.pages)}` : '';

  if (given !== undefined)
    return { pages: capped(given), known: 'given', how: `as --pages says${cap(given)}`, named };
  if (isWhole) return { pages: measured.pages, known: 'whole', how: 'all of them were in the sample', named };
  if (measured.perPage.newUrlsPerPage === 0) {
    const isPartial = sitemaps.read < sitemaps.known;
    const partly = `${formatCount(sitemaps.read)} of ${formatNoun(sitemaps.known, 'sitemap')} read, the rest guessed`;
    const how = `the sources name ${formatCount(named)}${isPartial ? ` (${partly})` : ''}${cap(named)}`;
    return { pages: capped(named), known: 'listed', how, named };
  }
  const seen = named + countOf(measured.found);
  const how = `${most.limit}, at most: pages lead to more pages, so how many there are cannot be known (${formatCount(seen)} seen so far)`;
  return { pages: most.pages, known: 'limit', how, named };
}

/** What the limits leave, and which of them does: of the hosts that are known so far, and what sources name of each. */
function maxPagesOfLimits({ job, measured, files, given }: PageEvidence): { pages: number; limit: string } {
  const { maxPages, maxPagesPerHost } = job.limits;
  const whole = { pages: maxPages, limit: 'limits.maxPages' };
  if (maxPagesPerHost === undefined) return whole;
  const isListed = given === undefined && measured.perPage.newUrlsPerPage === 0;
  const named = new Map<string, number>();
  for (const { hosts } of [measured.listed, measured.found, files]) {
    for (const [host, count] of hosts) named.set(host, (named.get(host) ?? 0) + count);
  }
  const factor = sitemapFactor(measured);
  const pages = [...named.values()].reduce(
    (sum, count) =>
      sum + (isListed ? Math.min(maxPagesPerHost, Math.round(count * factor)) : maxPagesPerHost),
    0,
  );
  return pages < maxPages ? { pages: Math.max(1, pages), limit: 'limits.maxPagesPerHost' } : whole;
}

/** Sitemaps not read are taken to be like those that were, indexes apart. */
export function sitemapFactor({ sitemaps }: Pick<Measured, 'sitemaps'>): number {
  const { read, indexes, known } = sitemaps;
  return 1 + (known - read) / Math.max(1, read - indexes);
}

export function countOf({ hosts }: Listed): number {
  let count = 0;
  for (const pages of hosts.values()) count += pages;
  return count;
}
