import { type App, CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import { deploymentVersion, outputs } from '../shared/deployment/names.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import { makeAlarms } from './alarms.ts';
import { dashboardNameOf, makeDashboard } from './dashboard.ts';
import { type Functions, makeFunctions } from './functions.ts';
import type { Parts } from './permissions.ts';
import { makeQueues } from './queues.ts';
import type { ScheduledJob } from './scheduled-jobs.ts';
import { makeSchedules } from './schedules.ts';
import { makeStorage } from './storage.ts';
import { makeTopic } from './topic.ts';

/** What other stacks build upon. */
export interface Scraper {
  stack: Stack;
  parts: Parts;
  functions: Functions;
}

/**
 * The whole scraper: start ─▶ work queue ─▶ worker ─▶ finish queue ─▶ finish, with the ledger's table and the
 * bucket beside it, the dead letters below it, and alarms and a dashboard above it. While nothing runs, it
 * costs what its alarms, its key and its stored bytes cost.
 */
export function makeScraperStack(app: App, settings: Settings['aws'], jobs: ScheduledJob[]): Scraper {
  const stack = new Stack(app, settings.stack, {
    description: `Spinneret, a distributed web scraper (deployment version ${deploymentVersion})`,
    terminationProtection: !settings.deleteData,
  });
  const parts = {
    ...makeStorage(stack, settings),
    ...makeQueues(stack, settings),
    ...makeTopic(stack, settings),
  };
  const functions = makeFunctions(stack, parts, settings);
  makeSchedules(stack, jobs, { start: functions.start, missedStarts: parts.missedStarts });
  const alarms = makeAlarms(stack, parts, functions, settings);
  makeDashboard(stack, parts, functions, alarms);
  tellNames(stack, parts, functions);
  tag(stack, settings);
  return { stack, parts, functions };
}

/** By these the command line finds everything: their names are its contract with the stack. */
function tellNames(stack: Stack, parts: Parts, { start, worker }: Functions): void {
  const values = {
    version: deploymentVersion,
    table: parts.table.tableName,
    bucket: parts.bucket.bucketName,
    queueUrl: parts.work.queueUrl,
    deadLetterQueueUrl: parts.deadLetters.queueUrl,
    startFunction: start.functionName,
    workerFunction: worker.functionName,
    dashboard: `https://${stack.region}.console.aws.amazon.com/cloudwatch/home?region=${stack.region}#dashboards/dashboard/${dashboardNameOf(stack)}`,
  } satisfies Record<keyof typeof outputs, string>;
  for (const [name, value] of Object.entries(values)) {
    new CfnOutput(stack, outputs[name as keyof typeof outputs], { value });
  }
}

/** `spinneret` is for cost reports; no tag of the settings takes its place. */
export function tag(stack: Stack, settings: Settings['aws']): void {
  for (const [key, value] of Object.entries({ ...settings.tags, spinneret: settings.stack })) {
    Tags.of(stack).add(key, value);
  }
}
