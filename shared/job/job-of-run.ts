import type { Run } from '../model.ts';
import type { Job } from './schema.ts';

/** The job of a run, as it was checked and frozen when the run started: one of an older version may lack what came later. */
export function jobOf({ job }: Pick<Run, 'job'>): Job {
  return job as unknown as Job;
}
