import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type LoadedJob, loadJobs } from '../shared/job/load.ts';
import { nearest } from '../shared/job/nearest.ts';
import { usageError } from './usage-error.ts';

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
