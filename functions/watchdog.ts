/**
 * Trigger: a schedule, every 15 minutes. Writes: its observations of open runs, in a register; a task for each
 * stalled run, into the finish queue.
 */
import { HeadObjectCommand, NotFound } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { RegisterStore } from '../shared/coordination/ports.ts';
import { watchdogEveryMs, watchdogRegister } from '../shared/deployment/function-limits.ts';
import { writeTask } from '../shared/deployment/messages.ts';
import { objectKeys } from '../shared/deployment/object-keys.ts';
import { observeRun, progressOf, type StallState, type StallTerms } from '../shared/engine/run/stall.ts';
import type { Counts, Json, Run } from '../shared/model.ts';
import { isRunOver } from '../shared/observe/run-view.ts';
import { makeDynamoCoordination } from '../shared/stores/aws/dynamo-coordination.ts';
import { inParallel } from '../shared/stores/aws/in-parallel.ts';
import { countMessages } from '../shared/stores/aws/queue-depth.ts';
import { runStates } from '../shared/stores/aws/run-records.ts';
import { connectStores, type Environment, readEnvironment, type Stores } from './environment.ts';
import { openWatch } from './watch.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Hosts that ask for a pause of half a day are rare, and an unnecessary repair costs only its messages. */
const terms: StallTerms = { repairMs: watchdogEveryMs, idleMs: 12 * hourMs, maxMs: 2 * dayMs };

/** The index is eventually consistent, and the clock of the process that started a run may be slow. */
const overlapMs = 60_000;

/** The number of runs that fit the record; runs that started later are observed when others have ended. */
const maxRemembered = 1_500;
const parallelReads = 8;

/** What is stored from one call to the next, of runs that are open. */
interface Memory {
  /** Runs that started since this time are new: epoch ms. */
  lookedAt: number;
  looks: Record<string, StallState | null>;
}

type OpenRun = Omit<Run, 'job'> & { counts: Counts };

/** Observes every open run. Rejects when that failed: an alarm reports it, and the next call tries again. */
export async function handler(): Promise<void> {
  const environment = readEnvironment();
  const stores = connectStores(environment);
  const watch = openWatch(environment.settings);
  try {
    const stalled = await checkRuns(environment, stores);
    if (stalled.length === 0) return;
    watch.metric('RunsStalled', stalled.length);
    watch.info('runs are stalled and will be repaired', { runs: stalled });
    await watch.publish();
  } finally {
    stores.close();
  }
}

/** Returns the ids of the stalled runs; a task that repairs each has been sent. */
async function checkRuns(environment: Environment, stores: Stores): Promise<string[]> {
  const { table, settings } = environment;
  const { dynamodb: client, now } = stores;
  const registers = makeDynamoCoordination({ client, table, keepDays: settings.keepDays, now });
  const at = now();
  const keptSince = at - settings.keepDays * dayMs;
  const memory = await readMemory(registers, keptSince);
  const { runs, wasQuiet } = await findOpenRuns(environment, stores, memory, keptSince);
  if (wasQuiet) return [];
  const shortOf = await findShortages(environment, stores, runs);
  const next: Memory = { lookedAt: runs[maxRemembered]?.startedAt ?? at, looks: {} };
  const stalled: string[] = [];
  for (const run of runs.slice(0, maxRemembered)) {
    const observation = { at, progress: progressOf(run.counts), isShort: shortOf(run) };
    const { state: look, isStalled } = observeRun(memory.looks[run.id] ?? undefined, observation, terms);
    // The messages of a paused run are deferred again and again, and nobody waits for the run.
    const isPaused = run.state === 'paused';
    if (isStalled && !isPaused) stalled.push(run.id);
    // A run of this age cannot be completed any more: the task ends it as expired, and no further observation is
    // needed.
    if (!isStalled || run.startedAt >= keptSince) next.looks[run.id] = isPaused ? null : look;
  }
  for (const run of stalled) await sendSweep(environment, stores, run);
  await registers.writeRegister(watchdogRegister, next as unknown as Json);
  return stalled;
}

async function readMemory(registers: RegisterStore, keptSince: number): Promise<Memory> {
  const { value } = await registers.readRegister(watchdogRegister);
  return (value as unknown as Memory | undefined) ?? { lookedAt: keptSince, looks: {} };
}

/** Every open run, the oldest first. `wasQuiet`: there was none at the last call, and none was started since. */
async function findOpenRuns(
  { bucket, table, settings }: Environment,
  { dynamodb: client, s3, ledger, now }: Stores,
  { lookedAt, looks }: Memory,
  keptSince: number,
): Promise<{ runs: OpenRun[]; wasQuiet: boolean }> {
  const states = runStates({ client, name: table, keepDays: settings.keepDays, now });
  const ids = new Set([...Object.keys(looks), ...(await states.startedSince(lookedAt - overlapMs))]);
  const runs = await inParallel(await states.readStates([...ids]), parallelReads, async (run) => {
    const isEnded = run.state === 'finished' || run.state === 'cancelled';
    const counts = await ledger.readCounts(run.id);
    // The manifest of a run of this age may be deleted, and must not be written again.
    const isOver = isRunOver(run, counts) && isEnded;
    const isFinished = isOver && (run.startedAt < keptSince || (await hasManifest(s3, bucket, run.id)));
    return isFinished ? [] : [{ ...run, counts }];
  });
  const oldestFirst = runs.flat().sort((a, b) => a.startedAt - b.startedAt);
  return { runs: oldestFirst, wasQuiet: ids.size === 0 };
}

/**
 * Whether messages of a run are missing. Each open batch has one at least, and so has each run that is to be
 * finished; but a queue does not say to which run a message belongs.
 */
async function findShortages(
  { queueUrl, browserQueueUrl, deadLetterQueueUrl, finishQueueUrl }: Environment,
  { sqs }: Stores,
  runs: OpenRun[],
): Promise<(run: OpenRun) => boolean> {
  if (runs.length === 0) return () => false;
  const open = runs.reduce((sum, { counts }) => sum + (counts['open'] ?? 0), 0);
  const [batches, tasks] = await Promise.all([
    countMessages(sqs, [queueUrl, ...named(browserQueueUrl), ...named(deadLetterQueueUrl)]),
    countMessages(sqs, named(finishQueueUrl)),
  ]);
  return ({ counts }) => (counts['open'] === 0 ? tasks === 0 : batches < open);
}

function named(url: string | undefined): string[] {
  return url === undefined ? [] : [url];
}

async function hasManifest(s3: Stores['s3'], bucket: string, run: string): Promise<boolean> {
  try {
    await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: objectKeys.manifest(run) }));
    return true;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
}

async function sendSweep({ finishQueueUrl }: Environment, { sqs }: Stores, run: string): Promise<void> {
  const MessageBody = writeTask({ task: 'sweep', run });
  await sqs.send(new SendMessageCommand({ QueueUrl: finishQueueUrl, MessageBody }));
}
