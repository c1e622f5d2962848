import { compileJob } from '../engine/compile-job.ts';
import { type JobEnvironment, localEnvironment } from '../engine/job-environment.ts';
import { newRun } from '../engine/run/new-run.ts';
import { type NewRun, startRun } from '../engine/run/start-run.ts';
import type { LoadedJob } from '../job/load.ts';
import type { Job } from '../job/schema.ts';
import type { Json, Run } from '../model.ts';
import { seedRequests } from '../sources/readers.ts';
import type { LocalStore } from './local-store.ts';

/**
 * Starts one run per job. Secrets, selectors and handlers of all jobs are checked before the first is started;
 * throws `HaltError` ENV_MISSING, JOB_INVALID or HANDLER_INVALID.
 */
export async function startRuns({ ledger, queue }: LocalStore, jobs: LoadedJob[]): Promise<Run[]> {
  const starts = jobs.map(newRun);
  for (const start of starts) await checkStart(start);
  const runs: Run[] = [];
  for (const start of starts) runs.push(await startRun(ledger, queue, start));
  return runs;
}

/**
 * Throws the errors that would stop a run: `HaltError` ENV_MISSING, JOB_INVALID, HANDLER_INVALID, SOURCE_MISSING, ACCOUNTS_INVALID,
 * SESSION_KEY_INVALID, PROXY_INVALID or CERT_….
 */
export async function checkStart(start: NewRun, handlers: JobEnvironment['handlers'] = {}): Promise<void> {
  const environment = { ...(await localEnvironment(start)), handlers };
  const { frozen, job, env, extractor } = await compileJob(
    { job: start.job as unknown as Json },
    environment,
  );
  await extractor.close();
  seedRequests(env.job, env.opened);
  await checkSessionsAndProxies(frozen, job, environment);
}

/** What they are made of stands in variables and files, of which the schema knows nothing. */
async function checkSessionsAndProxies(frozen: Job, job: Job, environment: JobEnvironment): Promise<void> {
  if (frozen.sessions !== undefined) {
    const { makeRunSessions } = await import('../engine/sessions/run-sessions.ts');
    await makeRunSessions(frozen, job, environment);
  }
  if (frozen.proxies !== undefined || frozen.sessions !== undefined) {
    const { readProxies } = await import('../engine/proxies/read-proxies.ts');
    await readProxies(frozen, environment.env, environment.openFile);
  }
}
