import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { HaltError } from '../errors.ts';
import type { Job } from '../job/schema.ts';
import { needsOfJob } from './needs-of-job.ts';

/**
 * Throws `HaltError` SOURCE_MISSING when a file of the job cannot be read, JOB_UNFIT when it is not in the
 * folder `baseDir`, symbolic links resolved.
 */
export async function checkLists(job: Job, baseDir: string): Promise<void> {
  const { lists, sealed } = needsOfJob(job);
  for (const path of [...lists, ...sealed]) await refuseOutside(path, baseDir);
}

/** A job may bring only files of its own folder: a path that leads out of it is a mistake, or an attack. */
async function refuseOutside(path: string, baseDir: string): Promise<void> {
  const [folder, file] = await Promise.all([realpath(baseDir), realpath(resolve(baseDir, path))]).catch(
    (cause: NodeJS.ErrnoException) => {
      throw new HaltError('SOURCE_MISSING', `${path} cannot be read (${cause.code})`, { cause });
    },
  );
  const way = relative(folder, file);
  const isOutside = way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  if (isOutside) {
    throw new HaltError(
      'JOB_UNFIT',
      `${path} is outside of the job's folder, which is all that is brought to AWS`,
    );
  }
}
