import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type LoadedJob, loadJobs } from '../shared/job/load.ts';
import { pickJobs } from './pick-jobs.ts';
import { usageError } from './report-error.ts';

/**
 * Chooses one job: from the named file, or else from the only job file in this folder or its `config`; the job
 * with that name, or else the file's only one. Throws USAGE when there are several.
 */
export async function chooseJob(file: string | undefined, name: string | undefined): Promise<LoadedJob> {
  const chosen = file ?? onlyJobFile();
  const jobs = pickJobs(await loadJobs(chosen), name);
  const [job] = jobs;
  if (job !== undefined && jobs.length === 1) return job;
  throw usageError(
    `${chosen} has several jobs; say --job ${jobs.map((entry) => entry.job.name).join(' or ')}`,
  );
}

function onlyJobFile(): string {
  const files = ['.', 'config'].flatMap(yamlFiles);
  const [file] = files;
  if (file !== undefined && files.length === 1) return file;
  const found = files.length === 0 ? 'there is no job file here' : `which of ${files.join(', ')}?`;
  throw usageError(`say --file FILE: ${found}`);
}

function yamlFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name) && !/^(settings|\.)/.test(name))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}
