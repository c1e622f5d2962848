import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { GetItemCommand, paginateScan, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { BatchQueue, Ledger, Outcomes } from '../../shared/coordination/ports.ts';
import { browserEventSize } from '../../shared/deployment/function-limits.ts';
import { type FunctionSettings, functionEnv } from '../../shared/deployment/function-settings.ts';
import { objectKeys } from '../../shared/deployment/object-keys.ts';
import type { Batch } from '../../shared/model.ts';
import { writeMessage } from '../../shared/stores/aws/batch-message.ts';
import { makeDynamoLedger } from '../../shared/stores/aws/dynamo-ledger.ts';
import { makeS3Outcomes } from '../../shared/stores/aws/s3-outcomes.ts';
import { makeSqsQueue } from '../../shared/stores/aws/sqs-queue.ts';
import { keys } from '../../shared/stores/aws/table.ts';
import { makeTable } from '../stores/aws/make-table.ts';
import type { AwsConnection } from './describe-with.ts';

/** Table, queues and bucket of a stack, with no functions: a test is the event source mapping. */
export interface BareAccount {
  /** The environment that the functions of the stack would have. */
  env: Record<string, string>;
  ledger: Ledger;
  queue: BatchQueue;
  outcomes: Outcomes;
  /** A file of a run, as the command line uploads it. */
  writeFile(run: string, path: string, text: string): Promise<void>;
  /** What an event of the worker brings, or nothing after a second. */
  receive(): Promise<SQSRecord[]>;
  /** Deletes what is not among the failures, as the event source mapping does. */
  settle(records: SQSRecord[], answer: SQSBatchResponse): Promise<void>;
  /** The same of the function with a browser; nothing at once. */
  receiveInBrowser(): Promise<SQSRecord[]>;
  settleInBrowser(records: SQSRecord[], answer: SQSBatchResponse): Promise<void>;
  /** What an event of the finish function brings. */
  takeTasks(): Promise<SQSRecord[]>;
  settleTasks(records: SQSRecord[], answer: SQSBatchResponse): Promise<void>;
  /** How many messages of the work queue wait for their delay. */
  delayed(): Promise<number>;
  /** As if the lease of whoever holds the batch had run out: a function's lasts for two minutes. */
  endLease(batch: Batch): Promise<void>;
  /** The same of whoever holds a lock. */
  endLock(name: string): Promise<void>;
  /** The token of a lock's holder, which begins with its owner. */
  holderOf(name: string): Promise<string | undefined>;
  /** All that table and bucket hold, objects decompressed. */
  stored(): Promise<string>;
  /** Runs that are in the finish queue; each is announced once. */
  finished(): Promise<string[]>;
  close(): Promise<void>;
}

const visibilityMs = 720_000;

export const functionSettings: FunctionSettings = {
  stack: 'Tested',
  // So that what a killed process held is free while a test waits.
  leaseMs: 3_000,
  batchSize: 10,
  keepDays: 1,
  keepRunsDays: 400,
  workerMemoryMb: 512,
  workerTimeoutMs: 120_000,
  visibilityMs,
  allowPrivate: true,
  failureShare: 0.2,
};

/** `hasBrowser`: its stack has a browser. */
export async function openBareAccount(connection: AwsConnection, hasBrowser = false): Promise<BareAccount> {
  const sqs = new SQSClient(connection);
  const s3 = new S3Client({ ...connection, forcePathStyle: true });
  const makeQueue = async () =>
    (await sqs.send(new CreateQueueCommand({ QueueName: randomUUID() }))).QueueUrl ?? '';
  const [{ client, table, close }, queueUrl, finishQueueUrl, browserQueueUrl] = await Promise.all([
    makeTable(connection),
    makeQueue(),
    makeQueue(),
    makeQueue(),
  ]);
  const inBrowser = hasBrowser ? { browserQueueUrl } : {};
  const bucket = randomUUID();
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const kms = new KMSClient(connection);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand());
  kms.destroy();

  const take = async (
    QueueUrl: string,
    WaitTimeSeconds: number,
    MaxNumberOfMessages = 10,
  ): Promise<Message[]> => {
    const MessageSystemAttributeNames = ['All' as const];
    const options = { MaxNumberOfMessages, WaitTimeSeconds, VisibilityTimeout: visibilityMs / 1_000 };
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames, ...options }),
    );
    return Messages;
  };
  const remove = (QueueUrl: string, ReceiptHandle: string) =>
    sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

  const settleOn = async (url: string, records: SQSRecord[], { batchItemFailures }: SQSBatchResponse) => {
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const done = records.filter(({ messageId }) => !failed.has(messageId));
    await Promise.all(done.map(({ receiptHandle }) => remove(url, receiptHandle)));
  };

  /** The attribute of a lock's record that stands for its holder. */
  const holderPrefix = 'h:';
  const holderOf = async (name: string) => {
    const Key = { pk: { S: keys.lock(name) } };
    const { Item = {} } = await client.send(
      new GetItemCommand({ TableName: table, Key, ConsistentRead: true }),
    );
    const attribute = Object.keys(Item).find((one) => one.startsWith(holderPrefix));
    return attribute?.slice(holderPrefix.length);
  };

  return {
    env: {
      AWS_ENDPOINT_URL: connection.endpoint,
      AWS_REGION: connection.region,
      AWS_ACCESS_KEY_ID: connection.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: connection.credentials.secretAccessKey,
      [functionEnv.table]: table,
      [functionEnv.bucket]: bucket,
      [functionEnv.queueUrl]: queueUrl,
      [functionEnv.finishQueueUrl]: finishQueueUrl,
      ...(hasBrowser ? { [functionEnv.browserQueueUrl]: browserQueueUrl } : {}),
      [functionEnv.keyArn]: KeyMetadata?.Arn ?? '',
      [functionEnv.settings]: JSON.stringify(functionSettings),
    },
    ledger: makeDynamoLedger({ client, table, keepDays: functionSettings.keepDays }),
    queue: makeSqsQueue({ client: sqs, queueUrl, ...inBrowser, visibilityMs }),
    outcomes: makeS3Outcomes({ client: s3, bucket }),
    async writeFile(run, path, text) {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: objectKeys.file(run, path), Body: text }));
    },
    receive: async () => (await take(queueUrl, 1)).map(recordOf),
    settle: (records, answer) => settleOn(queueUrl, records, answer),
    receiveInBrowser: async () => (await take(browserQueueUrl, 0, browserEventSize)).map(recordOf),
    settleInBrowser: (records, answer) => settleOn(browserQueueUrl, records, answer),
    takeTasks: async () => (await take(finishQueueUrl, 0)).map(recordOf),
    settleTasks: (records, answer) => settleOn(finishQueueUrl, records, answer),
    async delayed() {
      const AttributeNames = ['ApproximateNumberOfMessagesDelayed' as const];
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames }),
      );
      return Number(Attributes?.ApproximateNumberOfMessagesDelayed);
    },
    async endLease({ run, id }) {
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { pk: { S: keys.batch(run, id) } },
          UpdateExpression: 'SET #until = :past',
          ExpressionAttributeNames: { '#until': 'until' },
          ExpressionAttributeValues: { ':past': { N: '1' } },
        }),
      );
    },
    async endLock(name) {
      const holder = await holderOf(name);
      if (holder === undefined) throw new Error(`nobody holds ${name}`);
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { pk: { S: keys.lock(name) } },
          UpdateExpression: 'SET #holder = :past',
          ExpressionAttributeNames: { '#holder': holderPrefix + holder },
          ExpressionAttributeValues: { ':past': { N: '1' } },
        }),
      );
    },
    holderOf,
    async stored() {
      const parts: string[] = [];
      for await (const { Items = [] } of paginateScan({ client }, { TableName: table })) {
        for (const item of Items) parts.push(textOf(item));
      }
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
        for (const { Key = '' } of Contents) {
          const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
          const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
          parts.push(Buffer.from(Key.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1'));
        }
      }
      return parts.join('\n');
    },
    async finished() {
      const messages = await take(finishQueueUrl, 0);
      await Promise.all(messages.map(({ ReceiptHandle = '' }) => remove(finishQueueUrl, ReceiptHandle)));
      return messages.map(({ Body = '' }) => JSON.parse(Body).run);
    },
    async close() {
      for (const QueueUrl of [queueUrl, finishQueueUrl, browserQueueUrl])
        await sqs.send(new DeleteQueueCommand({ QueueUrl }));
      await close();
      sqs.destroy();
      s3.destroy();
    },
  };
}

/** Bytes as they are, and decompressed where they are compressed. */
function textOf(item: object): string {
  return JSON.stringify(item, (_, value: unknown) => {
    if (!(value instanceof Uint8Array)) return value;
    const isCompressed = value[0] === 0x1f && value[1] === 0x8b;
    return Buffer.from(isCompressed ? gunzipSync(value) : value).toString('latin1');
  });
}

/** A record that no queue has brought. */
export function recordWith(body: Batch | string, receives = 1): SQSRecord {
  return recordOf({
    MessageId: randomUUID(),
    ReceiptHandle: randomUUID(),
    Body: typeof body === 'string' ? body : writeMessage(body),
    Attributes: { ApproximateReceiveCount: String(receives), SentTimestamp: String(Date.now()) },
  });
}

function recordOf({
  MessageId = '',
  ReceiptHandle = '',
  Body = '',
  MD5OfBody = '',
  Attributes,
}: Message): SQSRecord {
  const attributes = Attributes ?? {};
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: {
      ApproximateReceiveCount: attributes.ApproximateReceiveCount ?? '1',
      SentTimestamp: attributes.SentTimestamp ?? '',
      SenderId: attributes.SenderId ?? '',
      ApproximateFirstReceiveTimestamp: attributes.ApproximateFirstReceiveTimestamp ?? '',
    },
    messageAttributes: {},
    md5OfBody: MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:work',
    awsRegion: 'us-east-1',
  };
}
