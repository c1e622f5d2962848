import { Duration, RemovalPolicy, Size, type Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Alias,
  Architecture,
  type CfnFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { SqsEventSource, type SqsEventSourceProps } from 'aws-cdk-lib/aws-lambda-event-sources';
import { type BundlingOptions, NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { finishTmpMib, watchdogEveryMs, workEventSize } from '../shared/deployment/function-limits.ts';
import { functionEnv, functionSettings } from '../shared/deployment/function-settings.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import { ownFile, ownModule, ownRoot } from '../shared/own-files.ts';
import { withBrowser } from './browser-files.ts';
import { makeBrowser } from './browser-function.ts';
import { bundling } from './bundling.ts';
import type { FunctionProps, MakeFunction } from './function-props.ts';
import { acknowledge } from './nag.ts';
import {
  type AnyFunctionName,
  type FunctionName,
  permissionsOf,
  readManagedSecret,
  readSecret,
  reasonsForStars,
  type StackResources,
} from './permissions.ts';
import { deadLetterTimeoutMs, finishTimeoutMs } from './queues.ts';
import { calledOf } from './rollout.ts';
import { withThreadFiles } from './thread-files.ts';

export type Functions = Record<FunctionName, NodejsFunction> & { browser?: NodejsFunction };

interface StackFunctions {
  functions: Functions;
  /** The target of the work queue. */
  live: NodejsFunction | Alias;
}

const startTimeoutMs = 60_000;
const watchdogTimeoutMs = 120_000;

/**
 * Functions that are called by a queue and send to it: a crawl is a loop, and Lambda would stop it after some 16
 * hops. What limits it instead: docs/decisions/recursive-loop.md.
 */
const inLoop = { recursiveLoop: RecursiveLoop.ALLOW };

/** In the order of a run: start, worker, finish, dead letters. */
export function makeFunctions(
  stack: Stack,
  resources: StackResources,
  settings: Settings['aws'],
): StackFunctions {
  const environment = environmentOf(resources, settings);
  const make: MakeFunction = (name, module, props) =>
    makeFunction(stack, name, resources, settings, {
      entry: ownModule(module),
      environment,
      ...props,
    });

  const start = make('start', 'functions/start', {
    description: 'Starts a run. Called by a schedule or by spinneret enqueue.',
    timeout: Duration.millis(startTimeoutMs),
    memorySize: 512,
    onFailure: new SqsDestination(resources.missedStarts),
    retryAttempts: 2,
    maxEventAge: Duration.hours(1),
  });
  if (resources.customerKey !== undefined) {
    const reason =
      'What CDK lets a sender do with the key of a queue; the key’s own policy has the last word.';
    const actions = ['ReEncrypt', 'GenerateDataKey'].map((name) => [
      `AwsSolutions-IAM5[Action::kms:${name}*]`,
      reason,
    ]);
    if (start.role !== undefined) acknowledge(start.role, Object.fromEntries(actions));
  }
  const worker = make('worker', 'functions/worker', {
    description: 'Scrapes batches. Called with messages of the work queue.',
    opensJobs: true,
    ...inLoop,
    timeout: Duration.millis(settings.workerTimeoutMs),
    memorySize: settings.workerMemoryMb,
  });
  const browser = makeBrowser(make, resources, settings);
  const finish = make('finish', 'functions/finish', {
    description: 'Ends a run: manifest, items, news. Called with messages of the finish queue.',
    ...inLoop,
    timeout: Duration.millis(finishTimeoutMs),
    // One whole CPU: it decompresses, and compresses again.
    memorySize: 1769,
    // Room for what is sorted at once: the records of one part, and twice the longest keys that they may have.
    ephemeralStorageSize: Size.mebibytes(finishTmpMib),
  });
  const deadLetter = make('deadLetter', 'functions/dead-letter', {
    description: 'Splits batches that kill their process. Called with dead letters.',
    opensJobs: true,
    ...inLoop,
    timeout: Duration.millis(deadLetterTimeoutMs),
    memorySize: 512,
  });
  const watchdog = make('watchdog', 'functions/watchdog', {
    description:
      'Looks after runs: those that nothing is there for any more are repaired. Called every 15 minutes.',
    timeout: Duration.millis(watchdogTimeoutMs),
    memorySize: 256,
  });
  wake(stack, watchdog);
  const live = calledOf(worker, settings);
  feed(live, resources.work, {
    batchSize: workEventSize(settings),
    // The batches of one event share the waiting for their hosts, which is billed once. In exchange AWS may delay
    // a single one by 20 s: docs/decisions/the-batching-window.md.
    ...(settings.batchingWindowMs === 0
      ? {}
      : { maxBatchingWindow: Duration.millis(settings.batchingWindowMs) }),
    maxConcurrency: settings.maxConcurrency,
  });
  if (browser !== undefined) feed(browser.made, browser.queue, browser.source);
  feed(finish, resources.finish, { batchSize: 1, maxConcurrency: 10 });
  feed(deadLetter, resources.deadLetters, { batchSize: 1, maxConcurrency: 2 });
  const functions = { start, worker, finish, deadLetter, watchdog };
  return { functions: browser === undefined ? functions : { ...functions, browser: browser.made }, live };
}

function makeFunction(
  stack: Stack,
  name: AnyFunctionName,
  resources: StackResources,
  settings: Settings['aws'],
  { opensJobs, hasBrowser, ...props }: FunctionProps,
): NodejsFunction {
  const { logDays, telemetry, tracing, vpc } = settings;
  const { customerKey } = resources;
  const id = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const logGroup = new LogGroup(stack, `${id}Log`, {
    retention: logDays,
    ...(customerKey === undefined ? {} : { encryptionKey: customerKey }),
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = makeRole(stack, `${id}Role`, permissionsOf(stack, resources)[name]);
  acknowledge(role, reasonsForStars(stack, resources));
  logGroup.grantWrite(role);
  const made = new NodejsFunction(stack, id, {
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    loggingFormat: LoggingFormat.JSON,
    awsSdkConnectionReuse: false,
    bundling: bundlingOf(opensJobs === true, hasBrowser === true),
    projectRoot: ownRoot(),
    // Only says that npm is used: nothing is installed. The package has no lock file.
    depsLockFilePath: ownFile('package.json'),
    logGroup,
    role,
    ...(customerKey === undefined ? {} : { environmentEncryption: customerKey }),
    tracing: tracing ? Tracing.ACTIVE : Tracing.DISABLED,
    ...props,
  });
  if (tracing)
    acknowledge(role, {
      [`AwsSolutions-IAM5[Resource::*]`]: 'X-Ray knows no resources (its actions’ reference).',
    });
  if (vpc !== undefined) enterVpc(made, role, vpc);
  if (telemetry?.headersSecret !== undefined && hasBrowser !== true) {
    role.addToPolicy(readSecret(stack, telemetry.headersSecret));
    role.addToPolicy(readManagedSecret(stack, telemetry.headersSecret));
  }
  acknowledge(made, {
    ...(tracing
      ? {}
      : {
          'Serverless-LambdaTracing':
            'A run crosses thousands of invocations, which a trace does not follow: logs carry run and batch, metrics the rest. aws.tracing turns it on.',
        }),
    'Serverless-LambdaDLQ':
      'Called by queues, which have dead-letter queues of their own; start, called asynchronously, has a failure destination.',
  });
  return made;
}

function bundlingOf(opensJobs: boolean, hasBrowser: boolean): BundlingOptions {
  const own = opensJobs ? withThreadFiles(bundling) : bundling;
  return hasBrowser ? withBrowser(own) : own;
}

/** By ids alone: for anything else CDK would have to look up the network in the account. */
function enterVpc(made: NodejsFunction, role: Role, vpc: NonNullable<Settings['aws']['vpc']>): void {
  const element = made.node.defaultChild as CfnFunction;
  element.vpcConfig = { subnetIds: vpc.subnetIds, securityGroupIds: vpc.securityGroupIds };
  // Lambda User Guide, "Configuring a Lambda function to access resources in a VPC": what the execution role needs.
  role.addToPolicy(
    new PolicyStatement({
      actions: [
        'ec2:CreateNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:DeleteNetworkInterface',
        'ec2:AssignPrivateIpAddresses',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: ['*'],
    }),
  );
  acknowledge(role, {
    'AwsSolutions-IAM5[Resource::*]':
      'Lambda makes network interfaces in the name of the role before there is one to name; the settings ask for a VPC.',
  });
}

/** A role of our own, since the default one may write to every log group of the account. */
function makeRole(stack: Stack, id: string, allowed: PolicyStatement[]): Role {
  const role = new Role(stack, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  for (const statement of allowed) role.addToPrincipalPolicy(statement);
  return role;
}

/** A rule rather than a schedule of EventBridge Scheduler, since it costs nothing and needs no role. */
function wake(stack: Stack, watchdog: NodejsFunction): void {
  const rule = new Rule(stack, 'WatchdogRule', {
    description: 'Calls the watchdog.',
    schedule: Schedule.rate(Duration.millis(watchdogEveryMs)),
    targets: [new LambdaFunction(watchdog, { retryAttempts: 0 })],
  });
  acknowledge(rule, {
    'Serverless-EventBusDLQ': 'The next look makes up for one that failed, and an alarm reports it.',
  });
}

function feed(made: NodejsFunction | Alias, queue: Queue, props: SqsEventSourceProps): void {
  made.addEventSource(new SqsEventSource(queue, { reportBatchItemFailures: true, ...props }));
  acknowledge(made, {
    'Serverless-LambdaEventSourceMappingDestination':
      'SQS event sources have no such setting: the dead-letter queue is the queue’s own.',
  });
}

function environmentOf(
  { table, bucket, work, browser, deadLetters, finish, notificationTopic, ownKey }: StackResources,
  settings: Settings['aws'],
): Record<string, string> {
  return {
    [functionEnv.table]: table.tableName,
    [functionEnv.bucket]: bucket.bucketName,
    [functionEnv.queueUrl]: work.queueUrl,
    ...(browser === undefined ? {} : { [functionEnv.browserQueueUrl]: browser.queueUrl }),
    [functionEnv.finishQueueUrl]: finish.queueUrl,
    [functionEnv.deadLetterQueueUrl]: deadLetters.queueUrl,
    [functionEnv.topicArn]: notificationTopic.topicArn,
    [functionEnv.keyArn]: ownKey.keyArn,
    [functionEnv.settings]: JSON.stringify(functionSettings(settings)),
    [functionEnv.logLevel]: settings.logLevel,
  };
}
