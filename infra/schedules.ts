import { Duration, RemovalPolicy, type Stack, TimeZone } from 'aws-cdk-lib';
import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleGroup,
  ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StartEvent } from '../shared/deployment/messages.ts';
import { HaltError } from '../shared/errors.ts';
import type { Json } from '../shared/model.ts';
import type { ScheduledJob } from './scheduled-jobs.ts';

interface Target {
  start: IFunction;
  missedStarts: Queue;
}

/** EventBridge Scheduler: the maximum input of a target, which is also that of Lambda's asynchronous call. */
const maxInputBytes = 256 * 1024;
/** An upper bound for the names of a bucket and of an asset in it. */
const bytesPerFile = 512;

/** One schedule per job, in a group of the stack's own, where they can be listed and disabled. */
export function makeSchedules(stack: Stack, jobs: ScheduledJob[], target: Target): void {
  if (jobs.length === 0) return;
  const scheduleGroup = new ScheduleGroup(stack, 'Schedules', {
    scheduleGroupName: stack.stackName,
    // If it was kept, a new stack of the same name could not be created.
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = makeRole(stack, target);
  for (const scheduled of jobs) {
    const { job, schedule } = scheduled;
    new Schedule(stack, `Schedule-${job.name}`, {
      description: `Starts the job ${job.name}`,
      scheduleGroup,
      schedule: ScheduleExpression.expression(schedule.cron, TimeZone.of(schedule.timeZone)),
      target: new LambdaInvoke(target.start, {
        role,
        input: ScheduleTargetInput.fromObject(startOf(stack, scheduled, target.start)),
        deadLetterQueue: target.missedStarts,
        // After this time the next run may be due.
        maxEventAge: Duration.hours(1),
        retryAttempts: 10,
      }),
    });
  }
}

/** The exact permissions of Scheduler: the construct itself would allow every version of the function. */
function makeRole(stack: Stack, { start, missedStarts }: Target): IRole {
  const group = stack.formatArn({
    service: 'scheduler',
    resource: 'schedule-group',
    resourceName: stack.stackName,
  });
  const role = new Role(stack, 'ScheduleRole', {
    // Scheduler works for all accounts: without this condition a schedule of another account could name this role
    // (confused deputy; EventBridge Scheduler User Guide: the source is the schedule's group).
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account },
        ArnEquals: { 'aws:SourceArn': group },
      },
    }),
  });
  role.addToPolicy(
    new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [start.functionArn] }),
  );
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [missedStarts.queueArn] }));
  return role.withoutPolicyUpdates();
}

function startOf(stack: Stack, { job, files }: ScheduledJob, start: IFunction): StartEvent {
  const bytes = Buffer.byteLength(JSON.stringify(job)) + files.length * bytesPerFile;
  if (bytes > maxInputBytes) {
    const message = `the scheduled job ${job.name} takes ${bytes} bytes, and a schedule carries ${maxInputBytes}; move URL lists into a file (sources.urls.file)`;
    throw new HaltError('JOB_INVALID', message);
  }
  const assets = files.map(({ path, source }, index) => {
    const asset = new Asset(stack, `File-${job.name}-${index}`, { path: source });
    const objectArn = `${asset.bucket.bucketArn}/${asset.s3ObjectKey}`;
    start.addToRolePolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [objectArn] }));
    return [path, { bucket: asset.s3BucketName, key: asset.s3ObjectKey }] as const;
  });
  // The scheduled time is the same for each attempt of a start, and so is the run's id.
  return {
    job: job as unknown as Json,
    scheduledAt: ContextAttribute.scheduledTime,
    files: Object.fromEntries(assets),
  };
}
