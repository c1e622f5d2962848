import { compileExtractor, type Extractor } from '../extract/extractor.ts';
import type { Job } from '../job/schema.ts';
import { resolveSecrets } from '../job/secrets.ts';
import type { Run } from '../model.ts';
import type { Surroundings } from './surroundings.ts';

/** A run's job, ready for its pages. */
export interface CompiledJob {
  /** As the run keeps it: secrets are placeholders. */
  frozen: Job;
  /** Secrets resolved. */
  job: Job;
  extractor: Extractor;
}

/** Throws `HaltError` ENV_MISSING, JOB_INVALID or HANDLER_INVALID. Connects to nothing. */
export async function compileJob(
  { job }: Pick<Run, 'job'>,
  { env, baseDir }: Pick<Surroundings, 'env' | 'baseDir'>,
): Promise<CompiledJob> {
  const frozen = job as unknown as Job;
  const resolved = resolveSecrets(frozen, env);
  return { frozen, job: resolved, extractor: await compileExtractor(resolved, { baseDir }) };
}
