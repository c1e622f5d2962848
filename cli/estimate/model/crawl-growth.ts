import type { PageSample } from '../../../shared/sources/page-sample.ts';
import type { RunPlan } from './run-plan.ts';

/**
 * New URLs become rarer during a crawl, like new words in a text (Heaps' law). With this exponent the estimated
 * queues of simulated shops of 1,000 and of 5,000 pages had about the right length.
 */
const heapsExponent = 0.6;

/** URLs that the first `pages` of a host have led to, without any limit. */
export function discoveredUrls({ newUrlsPerPage, pagesPerHost }: PageSample, pages: number): number {
  const sampled = Math.max(1, pagesPerHost);
  return newUrlsPerPage * sampled * (pages / sampled) ** heapsExponent;
}

const steps = 32;

/**
 * Share of a host's pages that wait in the queue, on average over the run: half of a list, since all of it is
 * there from the beginning; of a crawl, what is discovered and not yet fetched.
 */
export function waitingShare(
  { isCrawl, sample }: Pick<RunPlan, 'isCrawl' | 'sample'>,
  pages: number,
): number {
  if (!isCrawl) return 0.5;
  let share = 0;
  for (let step = 0.5; step < steps; step++) {
    const fetched = (pages * step) / steps;
    const waiting = Math.min(pages, discoveredUrls(sample, fetched)) - fetched;
    share += Math.max(0, waiting) / pages / steps;
  }
  return share;
}
