import { ArnFormat, CfnElement, type Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { watchdogRegister } from '../shared/deployment/function-limits.ts';
import { objectKeys } from '../shared/deployment/object-keys.ts';
import { managedSecretName, runsIndex, secretPath } from '../shared/deployment/stack.ts';
import { type WrappedUse, wrappingContext, wrappingMark } from '../shared/deployment/wrapping.ts';
import type { Queues } from './queues.ts';
import type { Storage } from './storage.ts';
import type { Topics } from './topic.ts';

export interface StackResources extends Storage, Queues, Topics {
  /** The key of table, bucket, queues, topics and logs, if the settings name one. */
  customerKey: IKey | undefined;
  /** Beginnings of addresses of objects that jobs may read URLs from. */
  seeds: readonly string[];
}

/** The permissions of each function besides its logs and its own queue: exact actions on named resources. */
export function permissionsOf(
  stack: Stack,
  resources: StackResources,
): Record<AnyFunctionName, PolicyStatement[]> {
  const all = functionsMay(stack, resources);
  return Object.fromEntries(
    Object.entries(all).map(([name, statements]) => {
      const key = [...useKey(resources), ...refuseWrapped(name as AnyFunctionName, resources)];
      return [name, [...statements, ...key]];
    }),
  ) as Record<AnyFunctionName, PolicyStatement[]>;
}

/** Functions that work in all sessions. */
const unwrapping: readonly AnyFunctionName[] = ['worker', 'deadLetter'];

/** What functions with a browser unwrap. */
const openInBrowser: WrappedUse = 'sessionsInBrowser';

/**
 * The other functions have the key for topics, and a customer's for queues and table too, in part by grants of CDK's own:
 * a refusal holds against all of them.
 */
function refuseWrapped(name: AnyFunctionName, { customerKey, ownKey }: StackResources): PolicyStatement[] {
  const hasKey = customerKey !== undefined || name === 'finish';
  if (!hasKey || unwrapping.includes(name)) return [];
  return [
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [ownKey.keyArn],
      conditions: {
        Null: { [markKey]: 'false' },
        ...(name === 'browser' ? { StringNotEquals: { [markKey]: openInBrowser } } : {}),
      },
    }),
  ];
}

/** The mark of a wrapped key, as policies name it. */
const markKey = `kms:EncryptionContext:${wrappingMark}`;

/** DynamoDB, S3 and SQS use the key with the permissions of their caller. */
function useKey({ customerKey }: StackResources): PolicyStatement[] {
  if (customerKey === undefined) return [];
  const actions = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'];
  return [allow(actions, [customerKey.keyArn])];
}

function functionsMay(stack: Stack, resources: StackResources): Record<AnyFunctionName, PolicyStatement[]> {
  const { bucket, work, browser, finish } = resources;
  const batches = [work, ...(browser === undefined ? [] : [browser])].map(({ queueArn }) => queueArn);
  const outcomes = bucket.arnForObjects(objectKeys.outcome('*', '*'));
  const files = bucket.arnForObjects(objectKeys.file('*', '*'));
  const manifests = bucket.arnForObjects(objectKeys.manifest('*'));
  const reports = bucket.arnForObjects(objectKeys.report('*', '*'));
  const items = bucket.arnForObjects(objectKeys.items('*'));
  const itemParts = bucket.arnForObjects(objectKeys.itemsPart('*', '*'));
  const exportParts = bucket.arnForObjects(objectKeys.part('*', '*'));
  const uploads = bucket.arnForObjects(objectKeys.upload('*', '*'));
  const stored = bucket.arnForObjects(objectKeys.stored('*', '*'));
  const pages = bucket.arnForObjects(objectKeys.pages('*', '*'));
  const visiting = [
    ledger(resources),
    allow(['sqs:SendMessage'], [...batches, finish.queueArn]),
    allow(['s3:PutObject', 's3:GetObject'], [outcomes]),
    allow(['s3:GetObject'], [files]),
    // Large files are copied inside of S3, from where they came in.
    allow(['s3:PutObject', 's3:GetObject'], [uploads, stored]),
    allow(['s3:PutObject'], [pages]),
    allow(['s3:AbortMultipartUpload'], [uploads, pages]),
    seeMissing(resources),
  ];
  // A run that knows the pages of earlier ones looks through them at its end.
  const concluding = allow(['dynamodb:Query'], [`${resources.table.tableArn}/index/${runsIndex}`]);
  const ofSessions: WrappedUse[] = browser === undefined ? ['sessions'] : ['sessions', openInBrowser];
  const scraping = [
    ...visiting,
    ...readSecrets(stack),
    wrapKeys(stack, resources, 'kms:Decrypt', [...ofSessions, 'files']),
    wrapKeys(stack, resources, 'kms:GenerateDataKey', ofSessions),
    ...readSeeds(stack, resources),
  ];
  return {
    worker: [...scraping, concluding],
    // What runs in the browser beside it is of strangers: it reads no secret but the sessions of jobs whose pages it reads.
    browser: [...visiting, wrapKeys(stack, resources, 'kms:Decrypt', [openInBrowser])],
    start: [
      ledger(resources),
      allow(['sqs:SendMessage'], [work.queueArn]),
      allow(['s3:PutObject'], [files]),
      ...readSecrets(stack),
    ],
    finish: [
      readLedger(resources),
      // The areas of a search for places may be in files.
      allow(['s3:GetObject'], [outcomes, files]),
      // A multipart upload that fails is aborted.
      allow(['s3:PutObject', 's3:AbortMultipartUpload'], [items, reports]),
      // Nothing is deleted: the bucket expires the intermediate files of an export.
      allow(['s3:GetObject', 's3:PutObject'], [manifests, itemParts, exportParts]),
      seeMissing(resources),
      // The rest of a task continues in another call; lost batches go back to the workers.
      allow(['sqs:SendMessage'], [finish.queueArn, ...batches]),
      // For a run whose last batch was done, but which was not ended.
      updateRecords(resources, 'RUN#*'),
      allow(['sns:Publish'], [resources.notificationTopic.topicArn]),
      allow(['kms:Decrypt', 'kms:GenerateDataKey'], [resources.ownKey.keyArn]),
      // The URL of a webhook may contain a secret.
      ...readSecrets(stack),
    ],
    deadLetter: scraping,
    watchdog: [
      readLedger(resources),
      allow(['dynamodb:Query'], [`${resources.table.tableArn}/index/${runsIndex}`]),
      updateRecords(resources, `REGISTER#${watchdogRegister}`),
      allow(['sqs:GetQueueAttributes'], [...batches, resources.deadLetters.queueArn, finish.queueArn]),
      allow(['sqs:SendMessage'], [finish.queueArn]),
      allow(['s3:GetObject'], [manifests]),
      seeMissing(resources),
    ],
  };
}

/**
 * Why there are stars among the resources, by finding of the rule about them: the keys of runs, and the names of
 * secrets, are unknown when the stack is made. Actions have no stars.
 */
export function reasonsForStars(stack: Stack, { bucket, seeds }: StackResources): Record<string, string> {
  const bucketArn = arnInFindings(stack, bucket);
  const keys = [
    objectKeys.outcome('*', '*'),
    objectKeys.file('*', '*'),
    objectKeys.manifest('*'),
    objectKeys.report('*', '*'),
    objectKeys.items('*'),
    objectKeys.itemsPart('*', '*'),
    objectKeys.part('*', '*'),
    objectKeys.upload('*', '*'),
    objectKeys.stored('*', '*'),
    objectKeys.pages('*', '*'),
  ];
  const secrets = `arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter${secretPath(stack.stackName)}*`;
  const managed = `arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${managedSecretName(stack.stackName, '*')}`;
  const reason = 'The secrets of this stack’s jobs, whose names the jobs give.';
  return {
    ...Object.fromEntries(
      keys.map((key) => [
        finding(`${bucketArn}/${key}`),
        'One kind of object, of every run: runs are named later.',
      ]),
    ),
    ...Object.fromEntries(
      seeds.map((seed) => [
        finding(`arn:<AWS::Partition>:s3:::${keysOfSeed(seed)}`),
        'Objects that the settings name by what their keys begin with.',
      ]),
    ),
    [finding(secrets)]: reason,
    [finding(managed)]: reason,
  };
}

/** The ARN of a bucket in the form of the rule's findings. */
export function arnInFindings(stack: Stack, bucket: StackResources['bucket']): string {
  const element = bucket.node.defaultChild;
  return CfnElement.isCfnElement(element) ? `<${stack.getLogicalId(element)}.Arn>` : '';
}

/** The finding for a resource with a star. */
export function finding(resource: string): string {
  return `AwsSolutions-IAM5[Resource::${resource}]`;
}

/** Of every stack. */
export type FunctionName = 'worker' | 'start' | 'finish' | 'deadLetter' | 'watchdog';

/** Of stacks with a browser too. */
export type AnyFunctionName = FunctionName | 'browser';

const reading = ['dynamodb:GetItem', 'dynamodb:BatchGetItem'];

/**
 * A transaction needs the permissions of its parts, which are all updates. Nothing is deleted: records expire.
 * Only people list runs.
 */
function ledger({ table }: StackResources): PolicyStatement {
  return allow([...reading, 'dynamodb:UpdateItem'], [table.tableArn]);
}

/** A run that is over is only read. */
function readLedger({ table }: StackResources): PolicyStatement {
  return allow(reading, [table.tableArn]);
}

/** Updates of the records with this key, and of no others. */
function updateRecords({ table }: StackResources, key: string): PolicyStatement {
  return new PolicyStatement({
    actions: ['dynamodb:UpdateItem'],
    resources: [table.tableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [key] } },
  });
}

/** Without it S3 answers 403 rather than 404 for an object that does not exist (API reference of GetObject). */
function seeMissing({ bucket }: StackResources): PolicyStatement {
  return allow(['s3:ListBucket'], [bucket.bucketArn]);
}

/** Lists of URLs in buckets of the user's own: the objects that the settings name, and no others. */
function readSeeds(stack: Stack, { seeds }: StackResources): PolicyStatement[] {
  return seeds.length === 0
    ? []
    : [
        allow(
          ['s3:GetObject'],
          seeds.map((seed) => `arn:${stack.partition}:s3:::${keysOfSeed(seed)}`),
        ),
      ];
}

/** Bucket and keys, as an ARN has them. */
function keysOfSeed(seed: string): string {
  return `${seed.slice('s3://'.length)}*`;
}

/** With the account's own key of the Parameter Store, whose policy allows everybody who may read the parameter. */
function readSecrets(stack: Stack): PolicyStatement[] {
  return [readSecret(stack, '*'), readManagedSecret(stack, '*')];
}

/** One secret by its name, or all of them. */
export function readSecret(stack: Stack, name: string): PolicyStatement {
  const resourceName = `${secretPath(stack.stackName).slice(1)}${name}`;
  return allow(
    ['ssm:GetParameters'],
    [stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName })],
  );
}

/** Reads one secret of a job from Secrets Manager, with the account's own key, or one whose policy lets the role use it. */
export function readManagedSecret(stack: Stack, name: string): PolicyStatement {
  return allow(['secretsmanager:GetSecretValue'], [managedSecretArn(stack, name)]);
}

/** Secrets Manager ends each ARN with a hyphen and six characters of its own. */
export function managedSecretArn(stack: Stack, name: string): string {
  const resourceName = managedSecretName(stack.stackName, name) + (name === '*' ? '' : '-??????');
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  return stack.formatArn({ service: 'secretsmanager', resource: 'secret', resourceName, arnFormat });
}

/** Keys that the stack's key wraps, for these uses and no others. */
export function wrapKeys(
  stack: Stack,
  { ownKey }: StackResources,
  action: 'kms:Decrypt' | 'kms:GenerateDataKey',
  uses: WrappedUse[],
): PolicyStatement {
  const contexts = uses.map((use) => wrappingContext(use, stack.stackName));
  const names = [...new Set(contexts.flatMap((context) => Object.keys(context)))];
  const conditions = names.map((name) => [
    `kms:EncryptionContext:${name}`,
    [...new Set(contexts.map((context) => context[name]))],
  ]);
  return new PolicyStatement({
    actions: [action],
    resources: [ownKey.keyArn],
    conditions: { StringEquals: Object.fromEntries(conditions) },
  });
}

/** The key as services use it in the name of the caller, and not as it wraps keys: those have the mark of their use. */
export function allowForServices(actions: string[], key: IKey): PolicyStatement {
  return new PolicyStatement({
    actions,
    resources: [key.keyArn],
    conditions: { Null: { [markKey]: 'true' } },
  });
}

function allow(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources });
}
