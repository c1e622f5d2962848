import { SpinneretError } from '../../../shared/errors.ts';
import { type LoadedJob, loadJobs } from '../../../shared/job/load.ts';
import type { CheckTarget } from '../check.ts';

/** The jobs of the files, and the errors of the others. Throws errors that are not about a file. */
export async function readJobs({
  files,
}: Pick<CheckTarget, 'files'>): Promise<{ jobs: LoadedJob[]; errors: SpinneretError[] }> {
  const jobs: LoadedJob[] = [];
  const errors: SpinneretError[] = [];
  for (const file of files) {
    try {
      jobs.push(...(await loadJobs(file)));
    } catch (error) {
      if (!(error instanceof SpinneretError)) throw error;
      errors.push(error);
    }
  }
  return { jobs, errors };
}
