import { GetObjectCommand, NoSuchKey } from '@aws-sdk/client-s3';
import { finishDeliveries } from '../../shared/deployment/function-limits.ts';
import { type FinishTask, handOnSeconds, maxHandedOn } from '../../shared/deployment/messages.ts';
import { objectKeys } from '../../shared/deployment/object-keys.ts';
import { HaltError } from '../../shared/errors.ts';
import { jobOf } from '../../shared/job/job-of-run.ts';
import { isNewer, type Json } from '../../shared/model.ts';
import { isRunOver } from '../../shared/observe/run-view.ts';
import type { Stores } from '../environment.ts';
import { addUsage, announceEnd } from '../finish/announce-end.ts';
import { type FinishLimits, finishLimits } from '../finish/limits.ts';
import { openPartStore } from '../finish/part-store.ts';
import type { Exporting, Progress } from '../finish/progress.ts';
import { steps, withoutStep } from '../finish/steps.ts';
import type { NextTask, TaskCall, TaskHandler } from './task-call.ts';

/**
 * Finishes a run, once: a run with a manifest is finished. Most runs take one call. A longer one is done step by
 * step: each step writes objects whose content does not depend on the call, and the message names the next.
 */
export function makeFinish(limits: FinishLimits = finishLimits): TaskHandler<FinishTask> {
  return async (call, task) => {
    try {
      return await finishSome(call, task, limits);
    } catch (error) {
      const handedOn = 1 + (startOf(task).handedOn ?? 0);
      const isForNewer = error instanceof HaltError && error.code === 'FORMAT_NEWER';
      if (!isForNewer || handedOn > maxHandedOn) throw error;
      return goOn(task, { ...startOf(task), handedOn }, handOnSeconds * 1_000);
    }
  };
}

async function finishSome(call: TaskCall, task: FinishTask, limits: FinishLimits): Promise<NextTask[]> {
  const { stores, environment } = call;
  const startedAt = Date.now();
  const exporting = await open(call, task, limits);
  if (exporting === undefined) return [];
  const usedUp = (progress: Progress): Progress => {
    stores.meter.add('lambdaMbMs', environment.memoryMb * (Date.now() - startedAt));
    return { ...progress, used: addUsage(progress.used, stores.meter.take(task.run)) };
  };
  let progress = startOf(task);
  if (call.receives > 1) progress = { ...progress, isCareful: true };
  for (let isFirst = true; progress.step !== 'end'; isFirst = false) {
    const mayGoOn = isFirst || (progress.isCareful !== true && call.remainingMs() > limits.reserveMs);
    const next = mayGoOn ? await takeStep(call, exporting, progress, isFirst) : undefined;
    if (next === undefined) return goOn(task, usedUp(progress));
    progress = next;
  }
  await announceEnd(call, exporting, usedUp(progress));
  return [];
}

export const finish = makeFinish();

function goOn(task: FinishTask, progress: Progress, delayMs = 0): NextTask[] {
  return [{ task: { ...task, at: progress as unknown as Json }, delayMs }];
}

async function open(
  { environment, stores }: TaskCall,
  { run: id }: FinishTask,
  limits: FinishLimits,
): Promise<Exporting | undefined> {
  const { ledger, s3, outcomes } = stores;
  const { bucket } = environment;
  const run = await ledger.readRun(id);
  const counts = await ledger.readCounts(id);
  if (run === undefined || !isRunOver(run, counts)) return undefined;
  if (isNewer(run)) throw new HaltError('FORMAT_NEWER', `a newer version started ${id}`);
  if (await hasManifest(stores, bucket, id)) return undefined;
  const store = openPartStore(s3, bucket, id);
  return { s3, bucket, outcomes, run, job: jobOf(run), counts, store, limits };
}

function startOf({ at }: FinishTask): Progress {
  if (at !== undefined) return at as unknown as Progress;
  const nothing = { files: [], lost: [], coverage: [], used: {} };
  return { step: 'facts', part: 0, startedAt: Date.now(), lineParts: 0, parts: 0, before: 0, ...nothing };
}

/**
 * The progress after the next step. `undefined`: it failed, and is to be tried in a message of its own. Rejects
 * when it failed there, except for the last time: then the run goes on without the step, if possible.
 */
async function takeStep(
  call: TaskCall,
  exporting: Exporting,
  progress: Progress,
  isFirst: boolean,
): Promise<Progress | undefined> {
  if (progress.step === 'end') return progress;
  // It may have killed its process four times: the fifth attempt leaves it out.
  const skipped = isFirst && call.receives >= finishDeliveries ? withoutStep(exporting, progress) : undefined;
  if (skipped !== undefined) {
    call.watch.fault(new Error(`step ${progress.step} ${progress.part} of ${exporting.run.id} was given up`));
    return skipped;
  }
  try {
    return await steps[progress.step](exporting, progress);
  } catch (error) {
    if (isFirst) throw error;
    call.watch.fault(error);
    return undefined;
  }
}

async function hasManifest({ s3 }: Stores, bucket: string, run: string): Promise<boolean> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: objectKeys.manifest(run) }));
    await Body?.transformToByteArray();
    return true;
  } catch (error) {
    if (error instanceof NoSuchKey) return false;
    throw error;
  }
}
