import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  filesPrefix,
  objectKeys,
  partsPrefix,
  receiptsPrefix,
  uploadsPrefix,
} from '../shared/deployment/object-keys.ts';
import { managedSecretName, runsIndex, secretPath } from '../shared/deployment/stack.ts';
import type { Functions } from './functions.ts';
import { acknowledge } from './nag.ts';
import {
  allowForServices,
  arnInFindings,
  finding,
  managedSecretArn,
  type StackResources,
  wrapKeys,
} from './permissions.ts';

/** The policies of people who use the command line, to be attached to users, groups, roles or permission sets. */
export interface OperatorPolicies {
  /** Read access: status, export, extract, diff, coverage, doctor. */
  readers: ManagedPolicy;
  /** Read access, and commands that start, stop, repair and forget. */
  operators: ManagedPolicy;
}

type Need = keyof ReturnType<typeof makeNeeds>;

/** The permissions that each command needs, and no more. A test compares them with the calls in its code. */
export const needsOfCommand = {
  status: ['findStack', 'readRuns', 'countMessages', 'seeWorkers'],
  export: ['findStack', 'readRuns', 'readFiles', 'readDownloads'],
  extract: ['findStack', 'readRuns', 'readFiles'],
  diff: ['findStack', 'readRuns', 'readFiles'],
  coverage: ['findStack', 'readRuns', 'readFiles'],
  doctor: ['findStack', 'readRuns', 'countMessages', 'seeWorkers', 'seeParts', 'seeSecrets', 'seeAccount'],
  enqueue: ['findStack', 'readRuns', 'countMessages', 'seeWorkers', 'seeAccount', 'seeSecrets', 'start'],
  estimate: ['seeAccount'],
  pause: ['findStack', 'readRuns', 'moveRuns'],
  cancel: ['findStack', 'readRuns', 'moveRuns', 'readFiles', 'countMessages', 'send'],
  resume: ['findStack', 'readRuns', 'moveRuns', 'readFiles', 'countMessages', 'send'],
  redrive: ['findStack', 'readRuns', 'redrive', 'send'],
  forget: ['findStack', 'readRuns', 'readFiles', 'forget'],
} as const satisfies Record<string, readonly Need[]>;

export type OperatorCommand = keyof typeof needsOfCommand;

/** Commands that change nothing. */
export const readingCommands = [
  'status',
  'export',
  'extract',
  'diff',
  'coverage',
  'doctor',
  'estimate',
] as const;

export function makeOperatorPolicies(
  stack: Stack,
  resources: StackResources,
  functions: Functions,
): OperatorPolicies {
  const make = (id: string, description: string, commands: readonly OperatorCommand[]) => {
    const statements = statementsFor(commands, stack, resources, functions);
    const policy = new ManagedPolicy(stack, id, { description, statements });
    acknowledge(policy, reasonsForStars(stack, resources));
    return policy;
  };
  return {
    readers: make(
      'Readers',
      `Looks at ${stack.stackName}: status, export, extract, diff, coverage, doctor`,
      readingCommands,
    ),
    operators: make(
      'Operators',
      `Runs ${stack.stackName} by the command line`,
      Object.keys(needsOfCommand) as OperatorCommand[],
    ),
  };
}

/** The permissions that these commands need, without repetition. */
export function statementsFor(
  commands: readonly OperatorCommand[],
  stack: Stack,
  resources: StackResources,
  functions: Functions,
): PolicyStatement[] {
  const needs = makeNeeds(stack, resources, functions);
  const names = new Set<Need>(commands.flatMap((command) => needsOfCommand[command]));
  return [...names].flatMap((name) => needs[name]());
}

function reasonsForStars(stack: Stack, { bucket }: StackResources): Record<string, string> {
  const here = '<AWS::Region>:<AWS::AccountId>';
  const bucketArn = arnInFindings(stack, bucket);
  const later = 'Runs, and the secrets of jobs, are named later.';
  return {
    [finding('*')]: 'GetMetricData and GetAccountSettings know no resources.',
    ...Object.fromEntries(
      [
        ...[
          'runs/*',
          'items/*',
          `${filesPrefix}*`,
          `${uploadsPrefix}*`,
          `${partsPrefix}*`,
          `${receiptsPrefix}*`,
        ],
        objectKeys.file('*', '*'),
      ].map((key) => [finding(`${bucketArn}/${key}`), later]),
    ),
    [finding(`arn:<AWS::Partition>:ssm:${here}:parameter${secretPath(stack.stackName)}*`)]: later,
    [finding(
      `arn:<AWS::Partition>:secretsmanager:${here}:secret:${managedSecretName(stack.stackName, '*')}`,
    )]: later,
    [finding(`arn:<AWS::Partition>:cloudwatch:${here}:alarm:${stack.stackName}-*`)]:
      'The alarms of this stack.',
    [finding(`arn:<AWS::Partition>:lambda:${here}:event-source-mapping:*`)]:
      'A mapping’s id is random, and reveals no more than a queue and a function.',
  };
}

/** Statements by purpose. Made anew for each policy, since CDK assigns a statement to one policy. */
function makeNeeds(stack: Stack, resources: StackResources, functions: Functions) {
  const { table, bucket, deadLetters, finalDeadLetters, finish, finishDeadLetters, missedStarts } = resources;
  const batches = resources.browser === undefined ? [resources.work] : [resources.work, resources.browser];
  const queues = [...batches, deadLetters, finalDeadLetters, finish, finishDeadLetters, missedStarts].map(
    ({ queueArn }) => queueArn,
  );
  const secrets = stack.formatArn({
    service: 'ssm',
    resource: 'parameter',
    resourceName: `${secretPath(stack.stackName).slice(1)}*`,
  });
  const alarms = stack.formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    resourceName: `${stack.stackName}-*`,
  });
  const mappings = stack.formatArn({
    service: 'lambda',
    resource: 'event-source-mapping',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    resourceName: '*',
  });
  return {
    findStack: () => [allow(['cloudformation:DescribeStacks'], [stack.stackId]), ...useKey(resources)],
    readRuns: () => [
      allow(['dynamodb:GetItem', 'dynamodb:BatchGetItem'], [table.tableArn]),
      allow(['dynamodb:Query'], [`${table.tableArn}/index/${runsIndex}`]),
    ],
    moveRuns: () => [allow(['dynamodb:UpdateItem'], [table.tableArn])],
    readFiles: () => [
      allow(['s3:GetObject'], [bucket.arnForObjects('runs/*'), bucket.arnForObjects('items/*')]),
      allow(['s3:ListBucket'], [bucket.bucketArn]),
    ],
    readDownloads: () => [allow(['s3:GetObject'], [bucket.arnForObjects(`${filesPrefix}*`)])],
    countMessages: () => [allow(['sqs:GetQueueAttributes'], queues)],
    seeWorkers: () => [
      // CloudWatch has no resources for this action.
      allow(['cloudwatch:GetMetricData'], ['*']),
    ],
    seeParts: () => [
      allow(['cloudformation:ListStackResources'], [stack.stackId]),
      allow(['dynamodb:DescribeTable'], [table.tableArn]),
      allow(['cloudwatch:DescribeAlarms'], [alarms]),
      allow(
        ['lambda:GetFunctionConfiguration', 'lambda:GetFunctionRecursionConfig'],
        Object.values(functions).map(({ functionArn }) => functionArn),
      ),
      // The ids of mappings are random.
      allow(['lambda:GetEventSourceMapping'], [mappings]),
    ],
    seeSecrets: () => [
      allow(['ssm:GetParameters'], [secrets]),
      // Whether it is there, not what it says.
      allow(['secretsmanager:DescribeSecret'], [managedSecretArn(stack, '*')]),
    ],
    seeAccount: () => [allow(['lambda:GetAccountSettings'], ['*'])],
    start: () => [
      allow(['lambda:InvokeFunction'], [functions.start.functionArn]),
      allow(['s3:PutObject'], [bucket.arnForObjects(objectKeys.file('*', '*'))]),
      // Files with secrets are sealed before they are brought; whoever brings one cannot open those of others.
      wrapKeys(stack, resources, 'kms:GenerateDataKey', ['files']),
    ],
    send: () => [
      allow(
        ['sqs:SendMessage'],
        [...batches, finish].map(({ queueArn }) => queueArn),
      ),
    ],
    forget: () => {
      const all = ['runs/*', 'items/*', `${filesPrefix}*`, `${uploadsPrefix}*`, `${partsPrefix}*`].map(
        (key) => bucket.arnForObjects(key),
      );
      const receipts = bucket.arnForObjects(`${receiptsPrefix}*`);
      return [
        allow(
          ['dynamodb:DescribeTable', 'dynamodb:Scan', 'dynamodb:BatchWriteItem', 'dynamodb:UpdateItem'],
          [table.tableArn],
        ),
        allow(['s3:ListBucketVersions', 's3:ListBucketMultipartUploads'], [bucket.bucketArn]),
        allow(['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:AbortMultipartUpload'], all),
        allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], [receipts]),
      ];
    },
    redrive: () => [
      allow(['sqs:GetQueueAttributes', 'sqs:GetQueueUrl'], queues),
      allow(
        ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
        [finalDeadLetters.queueArn],
      ),
    ],
  };
}

/** Without this statement a reader could not decrypt what is encrypted with a customer's key. */
function useKey({ customerKey }: StackResources): PolicyStatement[] {
  return customerKey === undefined
    ? []
    : [allowForServices(['kms:Decrypt', 'kms:GenerateDataKey'], customerKey)];
}

function allow(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources });
}
