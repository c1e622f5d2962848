/** Trigger: a schedule, `spinneret enqueue`, or any caller. Writes: the run's record, its files, its first batch. */
import { hash, randomBytes } from 'node:crypto';
import { CopyObjectCommand } from '@aws-sdk/client-s3';
import { isCanary } from '../shared/deployment/canary.ts';
import { checkFit, checkFitOfOwn } from '../shared/deployment/fit.ts';
import type { StartAnswer, StartEvent } from '../shared/deployment/messages.ts';
import { objectKeys } from '../shared/deployment/object-keys.ts';
import { maxFetchMs } from '../shared/deployment/worker-times.ts';
import { newRunId } from '../shared/engine/ids.ts';
import { startRun } from '../shared/engine/run/start-run.ts';
import { HaltError, SpinneretError } from '../shared/errors.ts';
import { withTimeout } from '../shared/job/fetch-timeout.ts';
import { type Job, jobSchema } from '../shared/job/schema.ts';
import { resolveSecrets } from '../shared/schema/secrets.ts';
import { needsOfJob } from '../shared/sources/needs-of-job.ts';
import { makeSqsQueue } from '../shared/stores/aws/sqs-queue.ts';
import { connectStores, type Environment, readEnvironment, type Stores } from './environment.ts';
import { readSecrets } from './read-secrets.ts';
import { openWatch } from './watch.ts';

/**
 * Starts a run. A repeated call with the same `run` or `scheduledAt` starts no second one. Mistakes in a caller's
 * job are returned; a schedule has no caller that could read them, so its call fails, and an alarm reports it.
 */
export async function handler(event: StartEvent): Promise<StartAnswer> {
  const environment = readEnvironment();
  const watch = openWatch(environment.settings);
  const stores = connectStores(environment);
  try {
    const answer = await start(environment, stores, event);
    if (answer.state === 'created' && !isCanary(answer.run)) watch.metric('RunsStarted', 1);
    watch.info('run started', answer);
    return answer;
  } catch (error) {
    watch.fault(error);
    if (event.scheduledAt !== undefined || !(error instanceof SpinneretError)) throw error;
    return { code: error.code, message: error.message };
  } finally {
    await watch.publish();
    stores.close();
  }
}

async function start(
  { settings, bucket, queueUrl }: Environment,
  { ledger, s3, sqs }: Stores,
  event: StartEvent,
): Promise<{ run: string; state: 'created' | 'exists' }> {
  const requested = parseJob(event.job);
  // The stack's own jobs are started by schedules alone.
  if (event.scheduledAt === undefined) checkFitOfOwn(requested, settings);
  else checkFit(requested, settings);
  const job = withTimeout(requested, maxFetchMs(settings.workerTimeoutMs));
  resolveSecrets(job, await readSecrets(settings.stack, needsOfJob(job).secrets));
  const startedAt = Date.now();
  const id = event.run ?? runIdOf(job, event.scheduledAt, startedAt);
  const isNew = (await ledger.readRun(id)) === undefined;
  if (isNew) {
    for (const [path, source] of Object.entries(event.files ?? {})) {
      const CopySource = encodeURIComponent(`${source.bucket}/${source.key}`);
      await s3.send(new CopyObjectCommand({ Bucket: bucket, Key: objectKeys.file(id, path), CopySource }));
    }
  }
  const queue = makeSqsQueue({ client: sqs, queueUrl, visibilityMs: settings.visibilityMs });
  await startRun(ledger, queue, { id, job, baseDir: '', startedAt });
  return { run: id, state: isNew ? 'created' : 'exists' };
}

function parseJob(value: unknown): Job {
  const { data, error } = jobSchema.safeParse(value);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw new HaltError('JOB_INVALID', `${issue?.path.join('.')}: expected ${issue?.message}`);
}

function runIdOf(job: Job, scheduledAt: string | undefined, now: number): string {
  const at = scheduledAt === undefined ? now : Date.parse(scheduledAt);
  if (Number.isNaN(at)) throw new HaltError('USAGE', `scheduledAt is no time: ${scheduledAt}`);
  const mark = scheduledAt === undefined ? randomBytes(8).toString('hex') : hash('sha256', scheduledAt);
  return newRunId(job.name, new Date(at), mark.slice(0, 4));
}
