import { DropError, HaltError } from '../errors.ts';
import { compileExtractor, type Extractor } from '../extract/extractor.ts';
import { type TimedJob, withTimeout } from '../job/fetch-timeout.ts';
import type { Job } from '../job/schema.ts';
import { resolveSecrets } from '../job/secrets.ts';
import type { Run } from '../model.ts';
import { hasPlaces } from '../sources/places/has-places.ts';
import type { Places } from '../sources/places/places.ts';
import type { OpenSourceFile } from '../sources/types.ts';
import { type Concealment, makeConcealment } from './concealment.ts';
import type { Surroundings } from './surroundings.ts';

/** A run's job, ready for its pages. */
export interface CompiledJob {
  /** As the run keeps it: secrets are placeholders. */
  frozen: Job;
  /** Secrets resolved, and its fetches as long as the process allows. */
  job: TimedJob;
  extractor: Extractor;
  concealment: Concealment;
  /** What its places sources make of their answers, if it has any. */
  places?: Places;
}

/** Throws `HaltError` ENV_MISSING, JOB_INVALID, HANDLER_INVALID or SOURCE_MISSING. Connects to nothing. */
export async function compileJob(
  { job }: Pick<Run, 'job'>,
  { env, baseDir, openFile, longestFetchMs, tellsAllLosses = false }: Surroundings,
): Promise<CompiledJob> {
  const frozen = job as unknown as Job;
  const resolved = resolveSecrets(frozen, env);
  const concealment = makeConcealment(frozen, resolved, env);
  return {
    frozen,
    job: withTimeout(resolved, longestFetchMs),
    extractor: await compileExtractor(resolved, { baseDir, itemOptions: { tellsAllLosses } }),
    concealment,
    ...(await placesOf(concealment.sources, openFile)),
  };
}

async function placesOf(job: Job, openFile: OpenSourceFile): Promise<Pick<CompiledJob, 'places'>> {
  if (!hasPlaces(job)) return {};
  const { openPlaces } = await import('../sources/places/places.ts');
  try {
    return { places: await openPlaces(job, openFile) };
  } catch (error) {
    // Without its areas no batch of the run can be worked on.
    if (!(error instanceof DropError)) throw error;
    throw new HaltError(error.code, `an area of the job: ${error.message}`, { cause: error });
  }
}
