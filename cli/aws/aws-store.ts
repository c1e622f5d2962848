import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { BatchQueue, Ledger, Outcomes } from '../../shared/coordination/ports.ts';
import { hasOwnEndpoint } from '../../shared/deployment/own-endpoint.ts';
import type { Settings } from '../../shared/job/settings-schema.ts';
import { makeDynamoLedger } from '../../shared/stores/aws/dynamo-ledger.ts';
import { listedOutcomes } from '../../shared/stores/aws/listed-outcomes.ts';
import { makeS3Outcomes } from '../../shared/stores/aws/s3-outcomes.ts';
import { makeSqsQueue } from '../../shared/stores/aws/sqs-queue.ts';
import { clockOf } from '../../shared/stores/aws/store-clock.ts';
import type { AwsConfig } from './connect.ts';
import type { Stack } from './find-stack.ts';

/** The three ports on a stack, and the clients behind them. */
export interface AwsStore extends Disposable {
  ledger: Ledger;
  queue: BatchQueue;
  outcomes: Outcomes;
  dynamodb: DynamoDBClient;
  sqs: SQSClient;
  s3: S3Client;
  /** Epoch ms, by the table's clock. */
  now(): number;
}

export function openAwsStore(config: AwsConfig, stack: Stack, settings: Settings['aws']): AwsStore {
  const dynamodb = new DynamoDBClient(config);
  const sqs = new SQSClient({ ...config, useQueueUrlAsEndpoint: !hasOwnEndpoint('SQS') });
  const s3 = new S3Client({ ...config, forcePathStyle: hasOwnEndpoint('S3') });
  const { queueUrl, browserQueueUrl, bucket, table } = stack;
  const { keepDays, keepRunsDays, visibilityMs } = settings;
  const now = clockOf(dynamodb);
  const ledger = makeDynamoLedger({ client: dynamodb, table, keepDays, keepRunsDays, now });
  return {
    ledger,
    queue: makeSqsQueue({ client: sqs, queueUrl, browserQueueUrl, visibilityMs, now }),
    outcomes: listedOutcomes(makeS3Outcomes({ client: s3, bucket }), ledger),
    dynamodb,
    sqs,
    s3,
    now,
    [Symbol.dispose]() {
      for (const client of [dynamodb, sqs, s3]) client.destroy();
    },
  };
}
