import { randomBytes } from 'node:crypto';
import { compileJob } from '../shared/engine/compile-job.ts';
import { newRunId } from '../shared/engine/ids.ts';
import { type NewRun, startRun } from '../shared/engine/start-run.ts';
import { localSurroundings } from '../shared/engine/surroundings.ts';
import type { LoadedJob } from '../shared/job/load.ts';
import { nearest } from '../shared/job/nearest.ts';
import type { Json, Run } from '../shared/model.ts';
import { seedRequests } from '../shared/sources/sources.ts';
import type { LocalStore } from './local-store.ts';
import { usageError } from './report-error.ts';

/**
 * Starts one run per job. Secrets, selectors and handlers of all of them are checked before any is
 * started; throws `HaltError` ENV_MISSING, JOB_INVALID or HANDLER_INVALID.
 */
export async function startRuns({ ledger, queue }: LocalStore, jobs: LoadedJob[]): Promise<Run[]> {
  const starts = jobs.map(newRun);
  for (const start of starts) await checkStart(start);
  const runs: Run[] = [];
  for (const start of starts) runs.push(await startRun(ledger, queue, start));
  return runs;
}

/** The jobs of a file, or the one of that name. Throws USAGE when the file has none. */
export function pickJobs(jobs: LoadedJob[], name: string | undefined): LoadedJob[] {
  if (name === undefined) return jobs;
  const found = jobs.filter(({ job }) => job.name === name);
  if (found.length > 0) return found;
  const names = jobs.map(({ job }) => job.name);
  const near = nearest(name, names);
  const hint = near === undefined ? `it has ${names.join(', ')}` : `did you mean ${near}?`;
  throw usageError(`${jobs[0]?.file ?? 'the file'} has no job ${name}; ${hint}`);
}

/** A new id, and the rest of what a run begins with. */
export function newRun({ job, baseDir }: LoadedJob): NewRun {
  const startedAt = Date.now();
  const random = randomBytes(8).readBigUInt64BE().toString(36).slice(-4);
  return { id: newRunId(job.name, new Date(startedAt), random), job, baseDir, startedAt };
}

async function checkStart(start: NewRun): Promise<void> {
  const { env } = await compileJob({ job: start.job as unknown as Json }, await localSurroundings(start));
  seedRequests(env.job, env.opened);
}
