import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import {
  filesPrefix,
  partsKeepDays,
  partsPrefix,
  receiptsKeepDays,
  receiptsPrefix,
  uploadsKeepDays,
  uploadsPrefix,
} from '../shared/deployment/object-keys.ts';
import { runsIndex } from '../shared/deployment/stack.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import { acknowledge } from './nag.ts';

/** The storage of runs: the ledger's table, and the bucket of outcomes and items. */
export interface Storage {
  table: Table;
  bucket: Bucket;
}

/** Results of Athena, which are needed for a short time. */
export const queryResults = 'athena/';

export function makeStorage(stack: Stack, settings: Settings['aws'], customerKey: IKey | undefined): Storage {
  return { table: makeTable(stack, settings, customerKey), bucket: makeBucket(stack, settings, customerKey) };
}

function makeTable(
  stack: Stack,
  { deleteData, pointInTimeRecovery }: Settings['aws'],
  encryptionKey: IKey | undefined,
): Table {
  const table = new Table(stack, 'Ledger', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    timeToLiveAttribute: 'expiresAt',
    // By default AWS's own key, whose requests cost nothing.
    ...(encryptionKey === undefined
      ? { encryption: TableEncryption.DEFAULT }
      : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: pointInTimeRecovery },
    deletionProtection: !deleteData,
    removalPolicy: deleteData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
  table.addGlobalSecondaryIndex({
    indexName: runsIndex,
    partitionKey: { name: 'kind', type: AttributeType.STRING },
    sortKey: { name: 'startedAt', type: AttributeType.NUMBER },
    projectionType: ProjectionType.KEYS_ONLY,
  });
  acknowledge(table, {
    'AwsSolutions-DDB3':
      'A ledger put back to an earlier moment would contradict the queue and the outcomes. What must last, the outcomes and items, is in the bucket.',
  });
  return table;
}

/** Objects that were overwritten or deleted by mistake are kept for this many days. */
const noncurrentDays = 7;

function makeBucket(
  stack: Stack,
  { keepDays, deleteData, versioning }: Settings['aws'],
  encryptionKey: IKey | undefined,
): Bucket {
  const expiration = Duration.days(keepDays);
  const bucket = new Bucket(stack, 'Results', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    ...(encryptionKey === undefined
      ? { encryption: BucketEncryption.S3_MANAGED }
      : // One request of KMS for many objects.
        { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }),
    versioned: versioning,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    lifecycleRules: [
      { id: 'outcomes', prefix: 'runs/', expiration },
      { id: 'items', prefix: 'items/', expiration },
      { id: 'files', prefix: filesPrefix, expiration: Duration.days(2 * keepDays) },
      { id: 'uploads', prefix: uploadsPrefix, expiration: Duration.days(uploadsKeepDays) },
      { id: 'parts', prefix: partsPrefix, expiration: Duration.days(partsKeepDays) },
      { id: 'receipts', prefix: receiptsPrefix, expiration: Duration.days(receiptsKeepDays) },
      { id: 'query-results', prefix: queryResults, expiration: Duration.days(7) },
      { id: 'abandoned-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ...(versioning
        ? [{ id: 'old-versions', noncurrentVersionExpiration: Duration.days(noncurrentDays) }]
        : []),
    ],
    // CloudFormation deletes a bucket only when it is empty; the runbook has the command that empties it. A custom
    // resource for that would be a function with the permission to delete everything.
    removalPolicy: deleteData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
  acknowledge(bucket, {
    'AwsSolutions-S1':
      'Only the functions and the account’s own users reach it, and CloudTrail can record that. Access logs would add an object per object.',
  });
  return bucket;
}
