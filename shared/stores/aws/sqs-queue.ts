import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { BatchQueue, Delivery, OutgoingBatch } from '../../coordination/ports.ts';
import { HaltError } from '../../errors.ts';
import { isBatchForBrowser } from '../../model.ts';
import { readMessage, writeMessage } from './batch-message.ts';
import { callInBatches, explain } from './sqs-batch-call.ts';

export { deliveryOf, type EventQueue, makeEventQueue } from './event-queue.ts';

export interface SqsQueueOptions {
  client: SQSClient;
  /** The URL of a standard queue. */
  queueUrl: string;
  /** Of the queue of batches that are read in a browser, where that is another. @default there is none */
  browserQueueUrl?: string | undefined;
  /** The one of these that is received from. @default queueUrl */
  ownQueueUrl?: string | undefined;
  /**
   * How long a received batch stays invisible unless it is extended, at most 12 hours; whole seconds, rounded up.
   * A function where it depends on the time that is left.
   */
  visibilityMs: number | (() => number);
  /** How long `receive` waits for a first message, at most 20 s; whole seconds, rounded up. @default 1_000 */
  pollMs?: number;
  now?: () => number;
}

const maxDelaySeconds = 900;
const maxVisibilitySeconds = 43_200;
const maxPollSeconds = 20;
const maxPerReceive = 10;

/**
 * At-least-once delivery on SQS. `receive` is for tools and tests (on Lambda, the event source mapping receives):
 * it ignores `runs`, since a queue cannot be asked for some of its messages. The run is the message group, by
 * which a fair queue keeps a huge run from delaying a small one. A batch due in more than 15 minutes is delivered
 * early, and the engine sends it again. Throws `HaltError` STORE_FAILED for a batch that SQS refuses for good.
 */
export function makeSqsQueue(options: SqsQueueOptions): BatchQueue {
  const {
    client,
    queueUrl,
    browserQueueUrl = queueUrl,
    visibilityMs,
    pollMs = 1_000,
    now = Date.now,
  } = options;
  const { ownQueueUrl: QueueUrl = queueUrl } = options;
  const ownVisibilityMs = () => (typeof visibilityMs === 'number' ? visibilityMs : visibilityMs());
  const visibilitySeconds = (ms = ownVisibilityMs()) => secondsOf(ms, maxVisibilitySeconds);

  const receiveSome = async (max: number, WaitTimeSeconds: number): Promise<Delivery[] | undefined> => {
    const { Messages } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        WaitTimeSeconds,
        MaxNumberOfMessages: Math.min(max, maxPerReceive),
        VisibilityTimeout: visibilitySeconds(),
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
    );
    return Messages?.flatMap(({ Body, ReceiptHandle = '', Attributes }) => {
      const batch = readMessage(Body ?? '');
      const receives = Number(Attributes?.ApproximateReceiveCount ?? 1);
      return batch === undefined ? [] : [{ batch, receipt: ReceiptHandle, receives }];
    });
  };

  const sendTo = async (url: string, messages: readonly OutgoingBatch[]): Promise<void> => {
    const entries = messages.map((message, index) => entryOf(message, index, now()));
    await callInBatches(entries, {
      send: async (Entries) =>
        (await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))).Failed,
      onFault: (refusal) => {
        throw new HaltError('STORE_FAILED', explain([refusal]));
      },
      bytesOf: ({ MessageBody = '' }) => Buffer.byteLength(MessageBody),
    });
  };

  return {
    async send(messages) {
      const urlOf = ({ batch }: OutgoingBatch) => (isBatchForBrowser(batch) ? browserQueueUrl : queueUrl);
      for (const [url, own] of Map.groupBy(messages, urlOf)) await sendTo(url, own);
    },

    async receive({ max }) {
      const received: Delivery[] = [];
      while (received.length < max) {
        const waitSeconds = received.length === 0 ? secondsOf(pollMs, maxPollSeconds) : 0;
        const more = await receiveSome(max - received.length, waitSeconds);
        if (more === undefined || more.length === 0) break;
        received.push(...more);
      }
      return received;
    },

    async acknowledge(deliveries) {
      await callInBatches(receiptsOf(deliveries), {
        send: async (Entries) =>
          (await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))).Failed,
        onFault: ignoreExpired,
      });
    },

    async extend(deliveries, forMs) {
      const VisibilityTimeout = visibilitySeconds(forMs);
      const entries = receiptsOf(deliveries).map((entry) => ({ ...entry, VisibilityTimeout }));
      await callInBatches(entries, {
        send: async (Entries) =>
          (await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }))).Failed,
        onFault: ignoreExpired,
      });
    },
  };
}

function entryOf({ batch, notBefore = 0 }: OutgoingBatch, index: number, at: number) {
  const entry: SendMessageBatchRequestEntry = {
    Id: String(index),
    MessageBody: writeMessage(batch),
    MessageGroupId: batch.run,
    DelaySeconds: secondsOf(notBefore - at, maxDelaySeconds),
  };
  return entry;
}

function receiptsOf(deliveries: Delivery[]) {
  return deliveries.map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt }));
}

/** The receipt has expired: the message is with another receiver, or deleted. */
function ignoreExpired(): void {}

function secondsOf(ms: number, max: number): number {
  return Math.min(max, Math.max(0, Math.ceil(ms / 1_000)));
}
