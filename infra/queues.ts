import { Duration, type Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { finishDeliveries, workDeliveries } from '../shared/deployment/names.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import { acknowledge } from './nag.ts';

/** Batches and finished runs on their way, and where they end up if nobody can handle them. */
export interface Queues {
  /** Batches to be scraped. */
  work: Queue;
  /** Batches that came five times without an end: throttled, most often, or their process dies. */
  deadLetters: Queue;
  /** Batches that even the dead-letter function cannot split. Nothing reads it but people. */
  finalDeadLetters: Queue;
  /** Runs whose last batch is done. */
  finish: Queue;
  /** Runs that could not be finished. Nothing reads it but people. */
  finishDeadLetters: Queue;
  /** Starts, by schedule or by call, that failed to the last attempt. Nothing reads it but people. */
  missedStarts: Queue;
}

export const deadLetterTimeoutMs = 60_000;
/** The longest that Lambda allows: the fewer calls an export takes, the less is read again between them. */
export const finishTimeoutMs = 900_000;

/** As often as the dead-letter function may fail with a batch. */
const lastDeliveries = 15;
/** AWS: "set the queue's visibility timeout to at least six times the function timeout", plus the window (SQS event sources). */
const visibilityPerTimeout = 6;
/** The longest that SQS keeps a message. */
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
    // A message's receives are counted "across all queues" (API reference of ReceiveMessage). Lambda may be throttled for
    // this function too: an hour and a half of that is waited out.
    deadLetterQueue: { queue: finalDeadLetters, maxReceiveCount: workDeliveries + lastDeliveries },
  });
  const work = makeQueue('Work', {
    visibilityTimeout: Duration.millis(settings.visibilityMs + settings.batchingWindowMs),
    // A dead letter keeps the age of the message it was: this leaves a week to look at it.
    retentionPeriod: Duration.days(7),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: workDeliveries },
  });
  const finishDeadLetters = lastResort('FinishDeadLetters');
  const finish = makeQueue('Finish', {
    visibilityTimeout: Duration.millis(visibilityPerTimeout * finishTimeoutMs),
    retentionPeriod: Duration.days(7),
    deadLetterQueue: { queue: finishDeadLetters, maxReceiveCount: finishDeliveries },
  });
  const missedStarts = lastResort('MissedStarts');
  return { work, deadLetters, finalDeadLetters, finish, finishDeadLetters, missedStarts };
}

/** Under a key of the customer's, one of its requests serves all messages of a day: each is billed. */
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
