import type { SQSRecord } from 'aws-lambda';
import type { Rules } from './account.ts';

/**
 * "At-least-once delivery" and "best-effort ordering" of a standard queue ("Amazon SQS standard queues", AWS): each event
 * comes in another order, and once more; the second time parted, so that its messages meet those of others.
 */
export function deliverTwice(): Rules {
  const again: SQSRecord[] = [];
  return {
    arrange(records) {
      const late = again.splice(0);
      again.push(...records);
      const event = [...records].reverse();
      return [event, ...late.map((record) => [record])];
    },
  };
}
