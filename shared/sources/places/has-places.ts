import type { Job } from '../../job/schema.ts';

/** Does the job search for places? What reads them takes its time to load, so that others are spared it. */
export function hasPlaces({ sources }: Pick<Job, 'sources'>): boolean {
  return sources.some(({ places }) => places !== undefined);
}
