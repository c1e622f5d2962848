import { type App, CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { deploymentVersion, outputs } from '../shared/deployment/stack.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import { makeAlarms } from './alarms.ts';
import { canaryJobs } from './canary.ts';
import { dashboardNameOf, makeDashboard } from './dashboard.ts';
import { type Functions, makeFunctions } from './functions.ts';
import { makeOperatorPolicies, type OperatorPolicies } from './operators.ts';
import type { StackResources } from './permissions.ts';
import { makeQueues } from './queues.ts';
import { rollOut } from './rollout.ts';
import type { ScheduledJob } from './scheduled-jobs.ts';
import { makeSchedules } from './schedules.ts';
import { makeStorage } from './storage.ts';
import { makeTopics } from './topic.ts';

/** The resources that other stacks use. */
export interface Scraper {
  stack: Stack;
  resources: StackResources;
  functions: Functions;
}

/**
 * The whole scraper: start ─▶ work queue ─▶ worker ─▶ finish queue ─▶ finish, with the ledger's table, the bucket,
 * the dead letters, alarms and a dashboard. While no run is active, it costs what its alarms, its key, polling and
 * its stored bytes cost: docs/operations.md, "Costs".
 */
export function makeScraperStack(app: App, settings: Settings['aws'], jobs: ScheduledJob[]): Scraper {
  const stack = new Stack(app, settings.stack, {
    description: `Spinneret, a distributed web scraper (deployment version ${deploymentVersion})`,
    terminationProtection: !settings.deleteData,
  });
  const { kmsKeyArn, permissionsBoundary } = settings;
  const customerKey = kmsKeyArn === undefined ? undefined : Key.fromKeyArn(stack, 'CustomerKey', kmsKeyArn);
  const resources: StackResources = {
    ...makeStorage(stack, settings, customerKey),
    ...makeQueues(stack, settings, customerKey),
    ...makeTopics(stack, settings, customerKey),
    customerKey,
    seeds: settings.seeds,
  };
  const { functions, live } = makeFunctions(stack, resources, settings);
  makeSchedules(stack, [...jobs, ...canaryJobs(settings)], {
    start: functions.start,
    missedStarts: resources.missedStarts,
  });
  const alarms = makeAlarms({ stack, resources, functions, settings });
  rollOut(stack, live, alarms.stoppingRollout, settings);
  makeDashboard(stack, resources, functions, alarms.all);
  addOutputs(stack, resources, functions, makeOperatorPolicies(stack, resources, functions));
  if (permissionsBoundary !== undefined) {
    const boundary = ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', permissionsBoundary);
    PermissionsBoundary.of(stack).apply(boundary);
  }
  tag(stack, settings);
  return { stack, resources, functions };
}

/** The outputs by which the command line finds the resources: their names are its contract with the stack. */
function addOutputs(
  stack: Stack,
  resources: StackResources,
  { start, worker, browser }: Functions,
  { readers, operators }: OperatorPolicies,
): void {
  const values: Partial<Record<keyof typeof outputs, string>> = {
    version: deploymentVersion,
    table: resources.table.tableName,
    bucket: resources.bucket.bucketName,
    queueUrl: resources.work.queueUrl,
    deadLetterQueueUrl: resources.deadLetters.queueUrl,
    finishQueueUrl: resources.finish.queueUrl,
    startFunction: start.functionName,
    workerFunction: worker.functionName,
    alarmTopicArn: resources.alarmTopic.topicArn,
    notificationTopicArn: resources.notificationTopic.topicArn,
    keyArn: resources.ownKey.keyArn,
    readerPolicyArn: readers.managedPolicyArn,
    operatorPolicyArn: operators.managedPolicyArn,
    dashboard: `https://${stack.region}.console.aws.amazon.com/cloudwatch/home?region=${stack.region}#dashboards/dashboard/${dashboardNameOf(stack)}`,
    ...ofBrowser(resources, browser),
  } satisfies Record<Exclude<keyof typeof outputs, keyof ReturnType<typeof ofBrowser>>, string>;
  for (const [name, value] of Object.entries(values)) {
    new CfnOutput(stack, outputs[name as keyof typeof outputs], { value });
  }
}

function ofBrowser(
  { browser: queue }: StackResources,
  made: Functions['browser'],
): { browserQueueUrl?: string; browserFunction?: string } {
  if (queue === undefined || made === undefined) return {};
  return { browserQueueUrl: queue.queueUrl, browserFunction: made.functionName };
}

/** `spinneret` is for cost reports; no tag of the settings replaces it. */
export function tag(stack: Stack, settings: Settings['aws']): void {
  for (const [key, value] of Object.entries({ ...settings.tags, spinneret: settings.stack })) {
    Tags.of(stack).add(key, value);
  }
}
