import { type Job, jobSchema } from '../../shared/job/schema.ts';

/** A valid job with these sources; one label, `page`. */
export function makeJob(sources: unknown[]): Job {
  return jobSchema.parse({ name: 'test', sources, pages: { page: {} } });
}
