/**
 * Trigger: the finish queue, one task of a run per event. Writes: exported items and the manifest; messages to the
 * topic and the webhook; the rest of a task, back to the finish queue.
 */
import { ChangeMessageVisibilityCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { handOnSeconds, readTask, writeTask } from '../shared/deployment/messages.ts';
import { connectStores, type Environment, readEnvironment, type Stores } from './environment.ts';
import { doTask } from './tasks/tasks.ts';
import { openWatch, type Watch } from './watch.ts';

/** Outcomes that are read in parallel, since a run may have half a million. */
const readAhead = 96;

/** The delay before a failed task is tried again; it doubles each time, since the fifth failure is the last. */
const retryDelaySeconds = { first: 60, max: 900 };

/** A message whose function died is redelivered this long after the function must have ended. */
const afterDeathSeconds = 15;

type Process = Pick<Environment, 'finishQueueUrl'> & {
  environment: Environment;
  stores: Stores;
  watch: Watch;
  remainingMs(): number;
};

/** Does the tasks of an event; those that failed are redelivered. Never rejects. */
export async function handler(
  { Records }: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<SQSBatchResponse> {
  const environment = readEnvironment();
  const stores = connectStores(environment, { readAhead });
  const watch = openWatch(environment.settings);
  const { finishQueueUrl } = environment;
  const remainingMs = () => context.getRemainingTimeInMillis();
  const process: Process = { environment, stores, watch, finishQueueUrl, remainingMs };
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const record of Records) {
    try {
      await work(process, record);
    } catch (error) {
      watch.fault(error);
      batchItemFailures.push({ itemIdentifier: record.messageId });
      const { first, max } = retryDelaySeconds;
      const seconds = Math.min(max, first * 2 ** (receivesOf(record) - 1));
      await extendVisibility(process, record, seconds).catch((cause: unknown) => watch.fault(cause));
    }
  }
  await watch.publish();
  stores.close();
  return { batchItemFailures };
}

async function work(process: Process, record: SQSRecord): Promise<void> {
  const { environment, stores, watch, remainingMs } = process;
  const read = readTask(record.body);
  switch (read.state) {
    case 'later':
      return send(process, read.body, handOnSeconds);
    case 'unreadable':
      throw new Error(`the message ${record.messageId} is no task of a run`);
    case 'task': {
      // If this process dies, the message would otherwise be redelivered after the queue's own timeout, an hour
      // and a half.
      const seconds = Math.ceil(remainingMs() / 1_000) + afterDeathSeconds;
      await extendVisibility(process, record, seconds).catch((cause: unknown) => watch.fault(cause));
      const call = { environment, stores, watch, remainingMs, receives: receivesOf(record) };
      const next = await stores.meter.during(read.task.run, () => doTask(call, read.task));
      for (const { task, delayMs = 0 } of next)
        await send(process, writeTask(task), Math.ceil(delayMs / 1_000));
      return;
    }
    default:
      return read satisfies never;
  }
}

async function send({ stores, finishQueueUrl }: Process, MessageBody: string, DelaySeconds: number) {
  await stores.sqs.send(new SendMessageCommand({ QueueUrl: finishQueueUrl, MessageBody, DelaySeconds }));
}

async function extendVisibility(
  { stores, finishQueueUrl }: Process,
  { receiptHandle }: SQSRecord,
  VisibilityTimeout: number,
): Promise<void> {
  const change = { QueueUrl: finishQueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout };
  await stores.sqs.send(new ChangeMessageVisibilityCommand(change));
}

function receivesOf({ attributes }: SQSRecord): number {
  return Number(attributes.ApproximateReceiveCount);
}
