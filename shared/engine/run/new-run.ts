import { randomBytes } from 'node:crypto';
import type { LoadedJob } from '../../job/load.ts';
import { newRunId } from '../ids.ts';
import type { NewRun } from './start-run.ts';

/** The record of a new run, with a new id. */
export function newRun({ job, baseDir }: LoadedJob): NewRun {
  const startedAt = Date.now();
  const random = randomBytes(8).readBigUInt64BE().toString(36).slice(-4);
  return { id: newRunId(job.name, new Date(startedAt), random), job, baseDir, startedAt };
}
