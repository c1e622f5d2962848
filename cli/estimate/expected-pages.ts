import type { Job } from '../../shared/job/schema.ts';
import { formatCount, formatNoun } from '../../shared/text/format.ts';
import type { Listed } from './count-listed.ts';
import type { Measured } from './measure-sample.ts';

/** How many pages a run will have, and how that is known. */
export interface ExpectedPages {
  pages: number;
  /** `limit`: the number is unknown, so limits.maxPages is assumed. */
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
  const { job, measured, given, isWhole } = evidence;
  const { maxPages } = job.limits;
  const { sitemaps } = measured;
  const named = Math.round(countOf(measured.listed) * sitemapFactor(measured) + countOf(evidence.files));
  const capped = (pages: number) => Math.min(pages, maxPages);
  const cap = (pages: number) =>
    pages > maxPages ? `; limits.maxPages ends the run at ${formatCount(maxPages)}` : '';

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
  const how = `limits.maxPages, at most: pages lead to more pages, so how many there are cannot be known (${formatCount(seen)} seen so far)`;
  return { pages: maxPages, known: 'limit', how, named };
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
