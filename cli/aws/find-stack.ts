import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CloudFormationClient,
  DescribeStacksCommand,
  type Stack as Description,
} from '@aws-sdk/client-cloudformation';
import { outputs } from '../../shared/deployment/stack.ts';
import { HaltError } from '../../shared/errors.ts';
import type { VersionNeed } from './aws-commands.ts';
import { translateAwsError } from './aws-errors.ts';
import { checkVersion } from './version-needs.ts';

/** The parts of a deployed stack. */
export interface Stack {
  name: string;
  region: string;
  /** Of the deployment; another than this command's only where the command may work across versions. */
  version: number;
  /** The status of CloudFormation, such as `UPDATE_COMPLETE`. */
  status: string;
  table: string;
  bucket: string;
  queueUrl: string;
  deadLetterQueueUrl: string;
  /** Absent for a stack of version 0.1, which has no such queue. */
  finishQueueUrl?: string;
  /** Absent for a stack of version 0.1. */
  keyArn?: string;
  /** Of a stack with a browser. */
  browserQueueUrl?: string;
  browserFunction?: string;
  startFunction: string;
  workerFunction: string;
  /** Link to the CloudWatch dashboard. */
  dashboard: string;
}

/** The queues from which batches are taken to be worked on. */
export function batchQueuesOf({
  queueUrl,
  browserQueueUrl,
}: Pick<Stack, 'queueUrl' | 'browserQueueUrl'>): string[] {
  return browserQueueUrl === undefined ? [queueUrl] : [queueUrl, browserQueueUrl];
}

/** The maximum time for credentials and answer: the SDK asks files, helpers and the network in turn, some without a time-out. */
const answerTimeoutMs = 20_000;

/**
 * Finds the stack's parts by its outputs. Throws `HaltError` STACK_MISSING, STACK_OUTDATED, or what
 * `translateAwsError` makes of a refusal.
 */
export async function findStack(
  client: CloudFormationClient,
  name: string,
  need: VersionNeed = 'same',
): Promise<Stack> {
  const answer = await inTime(describe(client, name));
  const region = await client.config.region();
  if (answer === undefined) throw new HaltError('STACK_MISSING', `no stack ${name} in ${region}`);
  const { StackStatus: status = '', Outputs = [] } = answer;
  const values = new Map(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  if (values.size === 0) throw new HaltError('STACK_MISSING', `the stack ${name} in ${region} is ${status}`);
  const version = checkVersion(name, values.get(outputs.version), need);
  const value = (key: string) => {
    const found = values.get(key);
    if (found === undefined) throw new HaltError('STACK_OUTDATED', `the stack ${name} has no output ${key}`);
    return found;
  };
  const finishQueueUrl = values.get(outputs.finishQueueUrl);
  const keyArn = values.get(outputs.keyArn);
  const browserQueueUrl = values.get(outputs.browserQueueUrl);
  const browserFunction = values.get(outputs.browserFunction);
  if (need === 'same' && finishQueueUrl === undefined) throw new StackOfFirstRelease(name);
  return {
    name,
    region,
    version,
    status,
    table: value(outputs.table),
    bucket: value(outputs.bucket),
    queueUrl: value(outputs.queueUrl),
    deadLetterQueueUrl: value(outputs.deadLetterQueueUrl),
    ...(finishQueueUrl === undefined ? {} : { finishQueueUrl }),
    ...(keyArn === undefined ? {} : { keyArn }),
    ...(browserQueueUrl === undefined ? {} : { browserQueueUrl }),
    ...(browserFunction === undefined ? {} : { browserFunction }),
    startFunction: value(outputs.startFunction),
    workerFunction: value(outputs.workerFunction),
    dashboard: value(outputs.dashboard),
  };
}

/** A stack of release 0.1: it has the version of the release after it, but its functions refuse jobs with newer keys. */
class StackOfFirstRelease extends HaltError {
  constructor(stack: string) {
    super(
      'STACK_OUTDATED',
      `the stack ${stack} was deployed by Spinneret 0.1, which does not take this command’s jobs`,
    );
    this.name = 'HaltError';
  }

  override get remedy(): string {
    return 'Deploy this version: npx cdk deploy --all; let runs finish first, or pause them until then.';
  }
}

/** `undefined` for an unknown name, for which CloudFormation answers with a ValidationError. */
async function describe(client: CloudFormationClient, name: string): Promise<Description | undefined> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks[0];
  } catch (error) {
    const isUnknown =
      error instanceof Error && error.name === 'ValidationError' && /not exist/.test(error.message);
    if (isUnknown) return undefined;
    throw translateAwsError(error);
  }
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const isOver = new AbortController();
  const giveUp = async (): Promise<never> => {
    await sleep(answerTimeoutMs, undefined, { signal: isOver.signal });
    throw new HaltError('AWS_UNREACHABLE', `no answer within ${answerTimeoutMs / 1_000} s`);
  };
  try {
    return await Promise.race([answer, giveUp()]);
  } finally {
    isOver.abort();
  }
}
