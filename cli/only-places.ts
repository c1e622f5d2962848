import type { Job } from '../shared/job/schema.ts';

/** Whether a job, or the frozen job of a run, reads no pages of its own: it searches for places alone. */
export function isOfPlacesAlone({ sources }: Pick<Job, 'sources'>): boolean {
  return sources.every(({ places }) => places !== undefined);
}
