import { Duration, type Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { finishDeliveries, workDeliveries } from '../shared/deployment/function-limits.ts';
import { browserTimeoutMs } from '../shared/deployment/worker-times.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import { acknowledge } from './nag.ts';

/** The queues of batches and tasks, and where messages end up that cannot be handled. */
export interface Queues {
  /** Batches to be scraped. */
  work: Queue;
  /** Batches of pages that are read in a browser, of stacks that have one. Its dead letters are those of the work queue. */
  browser?: Queue;
  /** Batches with five deliveries without an end: they were throttled, most often, or their process dies. */
  deadLetters: Queue;
  /** Batches that even the dead-letter function could not split. Only people read it. */
  finalDeadLetters: Queue;
  /** Runs whose last batch is done, and other tasks. */
  finish: Queue;
  /** Runs that could not be finished. Only people read it. */
  finishDeadLetters: Queue;
  /** Starts, by schedule or by call, that failed to the last attempt. Only people read it. */
  missedStarts: Queue;
}

export const deadLetterTimeoutMs = 60_000;
/** The maximum of Lambda: the fewer calls an export takes, the less is read again between them. */
export const finishTimeoutMs = 900_000;

/** How often the dead-letter function may fail with a batch. */
const lastDeliveries = 15;
/** AWS: "set the queue's visibility timeout to at least six times the function timeout", plus the window (SQS event sources). */
const visibilityPerTimeout = 6;
/** The longest time that SQS keeps a message. */
const maxRetention = Duration.days(14);

export function makeQueues(stack: Stack, settings: Settings['aws'], customerKey: IKey | undefined): Queues {
  const encryption = encryptionOf(customerKey);
  const makeQueue = (id: string, props: QueueProps) =>
    new Queue(stack, `${id}Queue`, { ...encryption, enforceSSL: true, ...props });
  const lastResort = (id: string) => endOfTheLine(makeQueue(id, { retentionPeriod: maxRetention }));
  const finalDeadLetters = lastResort('Graveyard');
  const deadLetters = makeQueue('DeadLetters', {
    visibilityTimeout: Duration.millis(visibilityPerTimeout * deadLetterTimeoutMs),
    retentionPeriod: maxRetention,
    // A message's receives are counted "across all queues" (API reference of ReceiveMessage). Lambda may throttle
    // this function too: the number covers an hour and a half of that.
    deadLetterQueue: { queue: finalDeadLetters, maxReceiveCount: workDeliveries + lastDeliveries },
  });
  const work = makeQueue('Work', {
    visibilityTimeout: Duration.millis(settings.visibilityMs + settings.batchingWindowMs),
    // A dead letter keeps the age of the original message: this leaves a week to look at it.
    retentionPeriod: Duration.days(7),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: workDeliveries },
  });
  const browser =
    settings.browser === undefined
      ? {}
      : {
          browser: makeQueue('Browser', {
            visibilityTimeout: Duration.millis(browserVisibilityMs(settings)),
            retentionPeriod: Duration.days(7),
            deadLetterQueue: { queue: deadLetters, maxReceiveCount: workDeliveries },
          }),
        };
  const finishDeadLetters = lastResort('FinishDeadLetters');
  const finish = makeQueue('Finish', {
    visibilityTimeout: Duration.millis(visibilityPerTimeout * finishTimeoutMs),
    retentionPeriod: Duration.days(7),
    deadLetterQueue: { queue: finishDeadLetters, maxReceiveCount: finishDeliveries },
  });
  const missedStarts = lastResort('MissedStarts');
  return { work, ...browser, deadLetters, finalDeadLetters, finish, finishDeadLetters, missedStarts };
}

export function browserVisibilityMs({ workerTimeoutMs }: Settings['aws']): number {
  return visibilityPerTimeout * browserTimeoutMs(workerTimeoutMs);
}

/** With a customer's key, one of its requests serves all messages of a day; each request is billed. */
const keyReuse = Duration.days(1);

function encryptionOf(encryptionMasterKey: IKey | undefined): QueueProps {
  return encryptionMasterKey === undefined
    ? { encryption: QueueEncryption.SQS_MANAGED }
    : { encryption: QueueEncryption.KMS, encryptionMasterKey, dataKeyReuse: keyReuse };
}

function endOfTheLine(queue: Queue): Queue {
  const reason =
    'It is the end of the line: an alarm says that there is something in it, and people read it.';
  acknowledge(queue, { 'AwsSolutions-SQS3': reason, 'Serverless-SQSRedrivePolicy': reason });
  return queue;
}
