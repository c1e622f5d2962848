import { compileJob } from '../../shared/engine/compile-job.ts';
import { localEnvironment } from '../../shared/engine/job-environment.ts';
import type { ProcessSession } from '../../shared/engine/sessions/process-session.ts';
import { makeRunSessions, type RunSessions } from '../../shared/engine/sessions/run-sessions.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { Json } from '../../shared/model.ts';
import { chooseJob } from '../choose-job.ts';
import { usageError } from '../usage-error.ts';

/** The session of a job to which somebody is to log in. Throws USAGE where it is not clear which. */
export async function openSessionToLogIn(
  file: string,
  jobName: string | undefined,
  name: string | undefined,
): Promise<{ job: Job; session: ProcessSession; sessions: RunSessions }> {
  const { job, baseDir } = await chooseJob(file, jobName);
  const environment = await localEnvironment({ baseDir });
  const compiled = await compileJob({ job: job as unknown as Json }, environment);
  await compiled.extractor.close();
  const sessions = await makeRunSessions(compiled.frozen, compiled.job, environment);
  if (sessions === undefined) throw usageError(`job ${job.name} has no sessions to log in to`);
  const names = Object.keys(job.sessions ?? {});
  const [only, ...others] = names;
  const wanted = name ?? (others.length === 0 ? only : undefined);
  if (wanted === undefined) throw usageError(`say which session: ${names.join(', ')}`);
  const pool = wanted.replace(/[#@].*$/s, '');
  if (!names.includes(pool))
    throw usageError(`job ${job.name} has no session ${pool}; it has ${names.join(', ')}`);
  const session = sessions.named(wanted);
  if (session === undefined) throw usageError(`there is no session ${wanted}`);
  return { job, session, sessions };
}
