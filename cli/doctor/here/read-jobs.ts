import { SpinneretError } from '../../../shared/errors.ts';
import { type LoadedJob, loadJobs } from '../../../shared/job/load.ts';
import type { CheckTarget } from '../check.ts';

/** The jobs of the files, and what is wrong with the others. Throws what is no error of a file. */
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
