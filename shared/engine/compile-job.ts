import { DropError, HaltError } from '../errors.ts';
import { compileExtractor, type Extractor } from '../extract/extractor.ts';
import type { TlsIdentityOf } from '../fetch/connections/tls-identity.ts';
import type { RequestSigner } from '../fetch/signing/request-signer.ts';
import { type TimedJob, withTimeout } from '../job/fetch-timeout.ts';
import type { Job } from '../job/schema.ts';
import type { Run } from '../model.ts';
import { resolveSecrets } from '../schema/secrets.ts';
import type { SourceEnv } from '../sources/kind.ts';
import { openSources } from '../sources/readers.ts';
import type { OpenSourceFile } from '../sources/types.ts';
import type { JobEnvironment } from './job-environment.ts';
import { makeRedaction, type Redaction } from './redaction.ts';

/** A run's job, ready for its pages. */
export interface CompiledJob {
  /** The job as the run keeps it: secrets are placeholders. */
  frozen: Job;
  /** The job with secrets resolved, and its fetches limited to the time that the process has. */
  job: TimedJob;
  extractor: Extractor;
  redaction: Redaction;
  /** What the kinds of its requests need to know about the job. */
  env: SourceEnv;
  /** Absent for jobs that sign no requests. */
  signer?: RequestSigner;
  /** Absent for jobs without authorities or client certificates of their own. */
  tlsOf?: TlsIdentityOf;
}

/**
 * Throws `HaltError` ENV_MISSING, JOB_INVALID, HANDLER_INVALID, SIGNING_KEY_INVALID, SOURCE_MISSING, or one of CERT_
 * (`openTls`). Connects to nothing. `now`: epoch ms.
 */
export async function compileJob(
  { job }: Pick<Run, 'job'>,
  {
    env,
    baseDir,
    openFile,
    handlers = {},
    handlerThreads,
    maxFetchMs,
    readFile,
    reportsAllLosses = false,
    hasStandIns = false,
  }: JobEnvironment,
  now: () => number = Date.now,
): Promise<CompiledJob> {
  const frozen = job as unknown as Job;
  const resolved = resolveSecrets(frozen, env);
  // What is said in place of a secret is none, and may stand on any page.
  const redaction = makeRedaction(frozen, resolved, hasStandIns ? {} : env);
  return {
    frozen,
    job: withTimeout(resolved, maxFetchMs),
    extractor: await compileExtractor(resolved, {
      baseDir,
      handlers,
      ...(handlerThreads === undefined ? {} : { handlerThreads }),
      itemOptions: { reportsAllLosses },
      readFile,
    }),
    redaction,
    env: await openEnv({ job: redaction.sources, openFile }),
    ...(hasStandIns
      ? {}
      : { ...(await openSigner(resolved, now)), ...(await openIdentities(resolved, openFile, now)) }),
  };
}

/** Few jobs sign, so what they sign with is loaded by the first that does. */
async function openSigner(
  { politeness: { sign } }: Job,
  now: () => number,
): Promise<Pick<CompiledJob, 'signer'>> {
  if (sign === undefined) return {};
  const { makeSigner } = await import('../fetch/signing/request-signer.ts');
  return { signer: makeSigner(sign, { now }) };
}

/** Few jobs have certificates, so what reads them is loaded by the first that does. */
async function openIdentities(
  { fetch: { tls } }: Job,
  openFile: OpenSourceFile,
  now: () => number,
): Promise<Pick<CompiledJob, 'tlsOf'>> {
  if (tls === undefined) return {};
  const { openTls } = await import('./open-tls.ts');
  return { tlsOf: await openTls(tls, openFile, now()) };
}

async function openEnv(env: Pick<SourceEnv, 'job' | 'openFile'>): Promise<SourceEnv> {
  try {
    return { ...env, opened: await openSources(env) };
  } catch (error) {
    // Without what its sources need, no batch of the run can be worked on.
    if (!(error instanceof DropError)) throw error;
    throw new HaltError(error.code, `an area of the job: ${error.message}`, { cause: error });
  }
}
