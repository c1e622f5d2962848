import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Messages of a queue, by SQS's approximate counts: due and unread; being worked on; sent for later. */
export interface SqsDepth {
  due: number;
  inFlight: number;
  delayed: number;
}

async function readDepth(client: SQSClient, queueUrl: string): Promise<SqsDepth> {
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

/** All of these queues together. */
export async function readDepths(client: SQSClient, queueUrls: string[]): Promise<SqsDepth> {
  const depths = await Promise.all(queueUrls.map((url) => readDepth(client, url)));
  const sumOf = (name: keyof SqsDepth) => depths.reduce((sum, depth) => sum + depth[name], 0);
  return { due: sumOf('due'), inFlight: sumOf('inFlight'), delayed: sumOf('delayed') };
}

/** All messages of these queues. */
export async function countMessages(client: SQSClient, queueUrls: string[]): Promise<number> {
  const { due, inFlight, delayed } = await readDepths(client, queueUrls);
  return due + inFlight + delayed;
}
