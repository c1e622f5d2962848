import { checkFitOfOwn } from '../../shared/deployment/fit.ts';
import { compileJob } from '../../shared/engine/compile-job.ts';
import type { NewRun } from '../../shared/engine/run/start-run.ts';
import type { Settings } from '../../shared/job/settings-schema.ts';
import type { Json } from '../../shared/model.ts';
import { checkLists } from '../../shared/sources/check-lists.ts';
import { localFiles } from '../../shared/sources/local-file.ts';
import { needsOfJob } from '../../shared/sources/needs-of-job.ts';
import { seedRequests } from '../../shared/sources/readers.ts';

/**
 * Checks what can be checked here: selectors, handlers, URL lists, and that the job fits its functions. Secrets
 * are on AWS alone, so stand-ins take their places. Throws `HaltError` JOB_INVALID, HANDLER_INVALID,
 * SOURCE_MISSING or JOB_UNFIT.
 */
export async function checkJob(start: NewRun, settings: Settings['aws']): Promise<void> {
  const { job, baseDir } = start;
  checkFitOfOwn(job, settings);
  await checkLists(job, baseDir);
  const { secrets } = needsOfJob(job);
  const env = Object.fromEntries(secrets.map((name) => [name, 'stand-in']));
  const { env: sources, extractor } = await compileJob(
    { job: job as unknown as Json },
    { env, baseDir, openFile: localFiles(baseDir), hasStandIns: true },
  );
  await extractor.close();
  seedRequests(sources.job, sources.opened);
}
