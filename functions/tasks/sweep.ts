import { usageCounts } from '../../shared/cost/cost.ts';
import type { SweepTask } from '../../shared/deployment/messages.ts';
import { finishRun } from '../../shared/engine/run/finish-run.ts';
import { addFindings, nothingSwept, sweepRun } from '../../shared/engine/run/sweep.ts';
import { HaltError } from '../../shared/errors.ts';
import type { Run } from '../../shared/model.ts';
import { addToCounts } from '../../shared/stores/aws/count-records.ts';
import { makeSqsQueue } from '../../shared/stores/aws/sqs-queue.ts';
import { formatNoun } from '../../shared/text/format.ts';
import type { NextTask, TaskCall } from './task-call.ts';

/** The time for a thousand outcomes of version 0.1, which must be read one by one, with a margin. */
const pageMs = 120_000;

const dayMs = 86_400_000;

/** Sends the lost batches of a run again, as far as the call's time allows; a run without open batches is ended. */
export async function sweep(call: TaskCall, task: SweepTask): Promise<NextTask[]> {
  const startedAt = Date.now();
  const run = await call.stores.ledger.readRun(task.run);
  if (run === undefined) return [];
  // `resume` sweeps the run.
  const next = run.state === 'paused' ? [] : await sweepSome(call, task, run);
  await addToCost(call, run.id, startedAt);
  return next;
}

/** The run pays for its repair: the usage of the call so far, which no commit carries. */
async function addToCost({ environment, stores }: TaskCall, run: string, startedAt: number): Promise<void> {
  const { dynamodb: client, meter, now } = stores;
  const { table: name, settings, memoryMb } = environment;
  meter.addTo(run, 'lambdaMbMs', memoryMb * (Date.now() - startedAt));
  const { keepDays, keepRunsDays } = settings;
  const used = usageCounts(meter.take(run));
  await addToCounts({ client, name, keepDays, keepRunsDays, now }, run, used);
}

async function sweepSome(
  call: TaskCall,
  { run: id, cursor, found }: SweepTask,
  run: Run,
): Promise<NextTask[]> {
  const { environment, stores, watch, remainingMs } = call;
  const { ledger, outcomes, sqs, now } = stores;
  const { open = 0 } = await ledger.readCounts(id);
  if (open === 0) {
    await finishRun({ ledger }, id, open);
    return [{ task: { task: 'finish', run: id } }];
  }
  const { queueUrl, browserQueueUrl, settings } = environment;
  if (now() >= run.startedAt + settings.keepDays * dayMs) {
    return (await giveUp(call, id, open)) ? [{ task: { task: 'finish', run: id } }] : [];
  }
  const { visibilityMs } = settings;
  const queue = makeSqsQueue({ client: sqs, queueUrl, browserQueueUrl, visibilityMs, now });
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

/**
 * The URLs that were admitted are being deleted: a batch that is sent now would be admitted and counted a second
 * time. Returns whether there is an end to announce.
 */
async function giveUp({ stores, watch }: TaskCall, id: string, open: number): Promise<boolean> {
  const batches = `${formatNoun(open, 'batch', 'batches')} of ${id} ${open === 1 ? 'was' : 'were'} lost`;
  const message = `${batches}, and it is older than aws.keepDays`;
  watch.fault(new HaltError('RUN_EXPIRED', message));
  return stores.ledger.moveRun(id, ['running', 'cancelled'], 'cancelled', { code: 'RUN_EXPIRED', message });
}
