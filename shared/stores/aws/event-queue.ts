import type { SQSBatchItemFailure, SQSRecord } from 'aws-lambda';
import type { BatchQueue, Delivery } from '../../coordination/ports.ts';
import { readMessage } from './batch-message.ts';

/** A queue as one Lambda invocation sees it. */
export interface EventQueue extends BatchQueue {
  /** The batches of the event; messages that are no batch are left out, and will be among the failures. */
  deliveries: Delivery[];
  /** For `batchItemFailures`: what was not acknowledged. It is delivered again. */
  failures(): SQSBatchItemFailure[];
}

/**
 * The queue for one event: `receive` returns the event's messages, `acknowledge` only records them, since the
 * event source mapping deletes every message that is not reported as failed. Sending and extending go to `queue`.
 */
export function makeEventQueue(queue: BatchQueue, records: SQSRecord[]): EventQueue {
  const deliveries = records.flatMap((record) => deliveryOf(record) ?? []);
  const waiting = [...deliveries];
  const acknowledged = new Set<string>();

  return {
    deliveries,
    send: (messages) => queue.send(messages),
    receive: async ({ max }) => waiting.splice(0, max),
    acknowledge: async (done) => {
      for (const { receipt } of done) acknowledged.add(receipt);
    },
    extend: (held, forMs) => queue.extend(held, forMs),
    failures: () =>
      records
        .filter(({ receiptHandle }) => !acknowledged.has(receiptHandle))
        .map(({ messageId }) => ({ itemIdentifier: messageId })),
  };
}

/** The delivery in a record of a Lambda event; `undefined` when its body is no batch. */
export function deliveryOf(record: SQSRecord): Delivery | undefined {
  const batch = readMessage(record.body);
  const receives = Number(record.attributes.ApproximateReceiveCount);
  return batch === undefined ? undefined : { batch, receipt: record.receiptHandle, receives };
}
