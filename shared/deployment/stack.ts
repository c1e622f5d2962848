import type { Settings } from '../job/settings-schema.ts';

// The names of the stack's resources, in one place: infra/ writes them, functions/ and cli/ read them. No ARN has
// to be copied by hand.

/**
 * Raised when functions and command line no longer understand each other's records; `enqueue` refuses a stack with
 * another version.
 */
export const deploymentVersion = '2';

/** Outputs of the CloudFormation stack, by which the command line finds its resources. */
export const outputs = {
  version: 'Version',
  table: 'TableName',
  bucket: 'BucketName',
  queueUrl: 'QueueUrl',
  deadLetterQueueUrl: 'DeadLetterQueueUrl',
  /** Since 0.2. */
  finishQueueUrl: 'FinishQueueUrl',
  startFunction: 'StartFunctionName',
  workerFunction: 'WorkerFunctionName',
  /** Of stacks with a browser. */
  browserQueueUrl: 'BrowserQueueUrl',
  browserFunction: 'BrowserFunctionName',
  /** Link to the CloudWatch dashboard. */
  dashboard: 'DashboardUrl',
  /** For the user's own subscriptions. */
  alarmTopicArn: 'AlarmTopicArn',
  notificationTopicArn: 'NewsTopicArn',
  /** Of the key of KMS that wraps keys. Since 0.2. */
  keyArn: 'KeyArn',
  /** Managed policies for people who run the command line. */
  readerPolicyArn: 'ReaderPolicyArn',
  operatorPolicyArn: 'OperatorPolicyArn',
} as const;

/**
 * The table's index of runs by start: partition key `kind`, sort key `startedAt`. Only records of runs have these
 * attributes, so it stays small, and only keys are read from it.
 */
export const runsIndex = 'runs';

/**
 * Jobs' secrets `${env:NAME}` are SecureString parameters of the SSM Parameter Store under this path; those that it lacks
 * are looked for in Secrets Manager.
 */
export function secretPath(stack: string): string {
  return `/${stack}/env/`;
}

/** Name of a job's secret in Secrets Manager, where a name begins with no slash, by its own advice. */
export function managedSecretName(stack: string, name: string): string {
  return `${stack}/env/${name}`;
}

/** Names of the secrets that the deployment itself needs, whatever job it runs. */
export function secretsOfStack({ telemetry }: Pick<Settings['aws'], 'telemetry'>): string[] {
  return telemetry?.headersSecret === undefined ? [] : [telemetry.headersSecret];
}
