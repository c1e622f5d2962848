import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { functionEnv, readFunctionSettings } from '../shared/deployment/function-settings.ts';
import { hasOwnEndpoint } from '../shared/deployment/own-endpoint.ts';
import { makeDynamoLedger } from '../shared/stores/aws/dynamo-ledger.ts';
import { listedOutcomes } from '../shared/stores/aws/listed-outcomes.ts';
import { attachMeter, type Meter, makeMeter } from '../shared/stores/aws/meter.ts';
import { makeS3Outcomes } from '../shared/stores/aws/s3-outcomes.ts';
import { clockOf } from '../shared/stores/aws/store-clock.ts';

/**
 * The variables that the deployment sets for its functions. Throws when one is missing, which is a fault of the
 * stack.
 */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env) {
  const settings = readFunctionSettings(need(env, functionEnv.settings));
  return {
    settings,
    table: need(env, functionEnv.table),
    bucket: need(env, functionEnv.bucket),
    queueUrl: need(env, functionEnv.queueUrl),
    browserQueueUrl: env[functionEnv.browserQueueUrl],
    finishQueueUrl: env[functionEnv.finishQueueUrl],
    deadLetterQueueUrl: env[functionEnv.deadLetterQueueUrl],
    topicArn: env[functionEnv.topicArn],
    keyArn: env[functionEnv.keyArn],
    memoryMb: Number(env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] ?? settings.workerMemoryMb),
  };
}

export type Environment = ReturnType<typeof readEnvironment>;

/**
 * Options of all clients. Several batches call at once, and throttling is normal; a connection that broke while
 * the process was frozen must not delay all batches of an event, as it would without time-outs.
 */
export const clientOptions = {
  maxAttempts: 6,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
};

/** Clients and stores of one process; each call is metered. */
export function connectStores({ table, bucket, settings }: Environment, options = { readAhead: 16 }) {
  const meter = makeMeter();
  const dynamodb = metered(meter, new DynamoDBClient(clientOptions));
  const sqs = metered(
    meter,
    new SQSClient({ ...clientOptions, useQueueUrlAsEndpoint: !hasOwnEndpoint('SQS') }),
  );
  const s3 = metered(meter, new S3Client({ ...clientOptions, forcePathStyle: hasOwnEndpoint('S3') }));
  const now = clockOf(dynamodb);
  const { keepDays, keepRunsDays } = settings;
  const ledger = makeDynamoLedger({ client: dynamodb, table, keepDays, keepRunsDays, now });
  return {
    meter,
    dynamodb,
    sqs,
    s3,
    now,
    ledger,
    close() {
      for (const client of [dynamodb, sqs, s3]) client.destroy();
    },
    outcomes: listedOutcomes(makeS3Outcomes({ client: s3, bucket, ...options }), ledger),
  };
}

export type Stores = ReturnType<typeof connectStores>;

function metered<Client extends Parameters<typeof attachMeter>[1]>(meter: Meter, client: Client): Client {
  attachMeter(meter, client);
  return client;
}

/** A variable that the deployment sets. Throws when it is missing. */
export function need(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`);
  return value;
}
