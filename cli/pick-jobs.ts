import type { LoadedJob } from '../shared/job/load.ts';
import { nearest } from '../shared/job/nearest.ts';
import { usageError } from './report-error.ts';

/** The jobs of a file, or the one with that name. Throws USAGE when the file has none. */
export function pickJobs(jobs: LoadedJob[], name: string | undefined): LoadedJob[] {
  if (name === undefined) return jobs;
  const found = jobs.filter(({ job }) => job.name === name);
  if (found.length > 0) return found;
  const names = jobs.map(({ job }) => job.name);
  const near = nearest(name, names);
  const hint = near === undefined ? `it has ${names.join(', ')}` : `did you mean ${near}?`;
  throw usageError(`${jobs[0]?.file ?? 'the file'} has no job ${name}; ${hint}`);
}
