import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Messages of a queue, by SQS's approximate counts: due and unread; being worked on; sent for later. */
export interface SqsDepth {
  due: number;
  inFlight: number;
  delayed: number;
}

export async function readDepth(client: SQSClient, queueUrl: string): Promise<SqsDepth> {
  const command = new GetQueueAttributesCommand({
    QueueUrl: queueUrl,
    AttributeNames: [
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesDelayed',
    ],
  });
  const { Attributes = {} } = await client.send(command);
  return {
    due: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
    inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
    delayed: Number(Attributes['ApproximateNumberOfMessagesDelayed'] ?? 0),
  };
}

/** All messages of these queues. */
export async function countMessages(client: SQSClient, queueUrls: string[]): Promise<number> {
  const depths = await Promise.all(queueUrls.map((url) => readDepth(client, url)));
  return depths.reduce((sum, { due, inFlight, delayed }) => sum + due + inFlight + delayed, 0);
}
