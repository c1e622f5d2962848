import type { SweepTask } from '../../shared/deployment/run-task.ts';
import { finishRun } from '../../shared/engine/finish-run.ts';
import { addFindings, nothingSwept, sweepRun } from '../../shared/engine/sweep.ts';
import { HaltError } from '../../shared/errors.ts';
import { formatNoun } from '../../shared/observe/format.ts';
import { makeSqsQueue } from '../../shared/stores/aws/sqs-queue.ts';
import type { NextTask, TaskCall } from './task-call.ts';

/** A thousand outcomes of version 0.1, which must be read one by one, take less. */
const pageMs = 120_000;

const dayMs = 86_400_000;

/** Sends the lost batches of a run again, as far as the call's time goes; a run without open batches it ends. */
export async function sweep(call: TaskCall, { run: id, cursor, found }: SweepTask): Promise<NextTask[]> {
  const { environment, stores, watch, remainingMs } = call;
  const { ledger, outcomes, sqs, now } = stores;
  const run = await ledger.readRun(id);
  // Who resumes it sweeps it.
  if (run === undefined || run.state === 'paused') return [];
  const { open = 0 } = await ledger.readCounts(id);
  if (open === 0) {
    await finishRun({ ledger }, id, open);
    return [{ task: { task: 'finish', run: id } }];
  }
  const { queueUrl, settings } = environment;
  if (now() >= run.startedAt + settings.keepDays * dayMs) {
    await giveUp(call, id, open);
    return [];
  }
  const queue = makeSqsQueue({ client: sqs, queueUrl, visibilityMs: settings.visibilityMs, now });
  const isTimeUp = () => remainingMs() < pageMs;
  const { cursor: next, ...part } = await sweepRun({ ledger, outcomes, queue, now }, id, {
    cursor,
    isTimeUp,
  });
  const all = addFindings(found ?? nothingSwept, part);
  if (next !== undefined) return [{ task: { task: 'sweep', run: id, cursor: next, found: all } }];
  watch.info('run swept', { run: id, open, ...all });
  return [];
}

/** The URLs that were admitted are being forgotten: what is sent now would be admitted and counted a second time. */
async function giveUp({ stores, watch }: TaskCall, id: string, open: number): Promise<void> {
  const message = `${formatNoun(open, 'batch', 'batches')} of ${id} were lost, and it is older than aws.keepDays`;
  await stores.ledger.moveRun(id, ['running', 'cancelled'], 'cancelled', `RUN_EXPIRED: ${message}`);
  watch.fault(new HaltError('RUN_EXPIRED', message));
}
