import { globSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkFitOfScheduled, misfitsOfOwn } from '../shared/deployment/fit.ts';
import { HaltError } from '../shared/errors.ts';
import { type LoadedJob, loadJobs } from '../shared/job/load.ts';
import type { Job } from '../shared/job/schema.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import { checkLists } from '../shared/sources/check-lists.ts';
import { needsOfJob } from '../shared/sources/needs-of-job.ts';

/** A job that EventBridge starts, and the files that it needs. */
export interface ScheduledJob {
  job: Job;
  schedule: NonNullable<Job['schedule']>;
  /** Paths as the job has them, and where the file is on this machine: handlers are bundled already. */
  files: { path: string; source: string }[];
}

export interface Preparation {
  settings: Settings['aws'];
  /** The folder to which `settings.jobs` is relative. */
  projectDir: string;
  settingsFile: string;
  /** The folder for bundled handlers; to be kept until the app is synthesised. */
  temporaryDir: string;
  bundleHandler: (path: string) => Promise<Uint8Array>;
  /** Called for jobs that have no schedule, and could not be enqueued either. */
  warn: (message: string) => void;
}

/**
 * The jobs with a schedule among the files that `settings.jobs` names. Throws the errors of `loadJobs`, and
 * `HaltError` SETTINGS_INVALID when two share a name, JOB_UNFIT when one could not run on
 * this deployment, and those of `checkLists`.
 */
export async function prepareScheduledJobs(preparation: Preparation): Promise<ScheduledJob[]> {
  const { settings, projectDir, settingsFile, warn } = preparation;
  const files = globSync(settings.jobs, { cwd: projectDir }).filter((file) => file !== settingsFile);
  const loaded = (await Promise.all(files.sort().map((file) => loadJobs(join(projectDir, file))))).flat();
  const scheduled = loaded.filter(({ job }) => job.schedule !== undefined);
  refuseRepeatedNames(scheduled);
  for (const { job, file } of loaded) {
    const misfits = job.schedule === undefined ? misfitsOfOwn(job, settings) : [];
    for (const misfit of misfits) warn(`JOB_UNFIT: ${file}: enqueue will refuse ${job.name}: ${misfit}`);
  }
  for (const { job, baseDir } of scheduled) {
    checkFitOfScheduled(job, settings);
    await checkLists(job, baseDir);
  }
  return Promise.all(scheduled.map((entry, index) => prepare(entry, `${index}`, preparation)));
}

async function prepare(
  { job, baseDir }: LoadedJob,
  id: string,
  { temporaryDir, bundleHandler }: Preparation,
): Promise<ScheduledJob> {
  const { handlers, lists } = needsOfJob(job);
  const bundled = handlers.map(async (path, index) => {
    const source = join(temporaryDir, `${id}-${index}.mjs`);
    await writeFile(source, await bundleHandler(resolve(baseDir, path)));
    return { path, source };
  });
  const copied = lists.map((path) => ({ path, source: resolve(baseDir, path) }));
  const { schedule } = job;
  if (schedule === undefined) throw new TypeError(`${job.name} has no schedule`);
  return { job, schedule, files: [...(await Promise.all(bundled)), ...copied] };
}

/** A schedule is named like its job. */
function refuseRepeatedNames(scheduled: LoadedJob[]): void {
  const first = new Map<string, string>();
  for (const { job, file } of scheduled) {
    const earlier = first.get(job.name);
    if (earlier !== undefined) {
      const message = `${file}: the scheduled job ${job.name} is also in ${earlier}; names of scheduled jobs are unique`;
      throw new HaltError('SETTINGS_INVALID', message);
    }
    first.set(job.name, file);
  }
}
