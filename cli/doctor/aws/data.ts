import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { hasOwnEndpoint } from '../../../shared/deployment/own-endpoint.ts';
import { secretsOfStack } from '../../../shared/deployment/stack.ts';
import { needsOfJob } from '../../../shared/sources/needs-of-job.ts';
import { formatNoun } from '../../../shared/text/format.ts';
import { findMissingSecrets, putSecretCommand } from '../../aws/check-secrets.ts';
import { type Check, commands, look, ok, unchecked, wrong } from '../check.ts';
import { readJobs } from '../here/read-jobs.ts';
import { judgeAge, judgeQueues, type StackQueue } from './judge-queues.ts';
import { namesOf, type StackContext, stackCheck } from './stack-context.ts';

const hourMs = 3_600_000;
/** The maximum of one call. */
const alarmsPerCall = 100;

/** Queues, table, alarms, and the secrets of jobs. */
export const dataChecks: Check[] = [
  stackCheck('queues', 'queues', async (context) => {
    const queues = await Promise.all(
      (context.resources.get('AWS::SQS::Queue') ?? []).map((queue) => readQueue(context, queue)),
    );
    return judgeQueues(queues);
  }),
  stackCheck('age', 'oldest batch', async ({ config, settings, stack }) => {
    const ageSeconds = await latest(
      config,
      'AWS/SQS',
      'ApproximateAgeOfOldestMessage',
      { QueueName: lastPart(stack.queueUrl) },
      'Maximum',
      hourMs / 4,
    );
    return judgeAge(ageSeconds, settings.visibilityMs);
  }),
  stackCheck('table', 'table', async ({ config, stack }) => {
    const client = new DynamoDBClient(config);
    const { Table } = await client.send(new DescribeTableCommand({ TableName: stack.table }));
    if (Table?.TableStatus !== 'ACTIVE')
      return wrong(`${stack.table} is ${Table?.TableStatus}`, 'Look at it in the DynamoDB console.');
    const sums = await Promise.all(
      ['WriteThrottleEvents', 'ReadThrottleEvents'].map((metric) =>
        latest(config, 'AWS/DynamoDB', metric, { TableName: stack.table }, 'Sum', hourMs),
      ),
    );
    const refused = sums.reduce<number>((sum, value) => sum + (value ?? 0), 0);
    if (refused === 0) return ok('active, nothing refused in the last hour');
    return look(
      `${formatNoun(refused, 'request')} refused in the last hour`,
      'In the first minutes of a large run that passes; else see The table is throttled in docs/operations.md.',
    );
  }),
  stackCheck('alarms', 'alarms', async (context) => {
    const names = namesOf(context, 'AWS::CloudWatch::Alarm');
    if (names.length === 0) return unchecked('the stack has no alarms');
    const client = new CloudWatchClient(context.config);
    const raised = [];
    for (let at = 0; at < names.length; at += alarmsPerCall) {
      const AlarmNames = names.slice(at, at + alarmsPerCall);
      const { MetricAlarms = [] } = await client.send(
        new DescribeAlarmsCommand({ AlarmNames, StateValue: 'ALARM' }),
      );
      raised.push(...MetricAlarms);
    }
    if (raised.length === 0) return ok(`none of ${formatNoun(names.length, 'alarm')} is raised`);
    return wrong(
      `raised: ${raised.map(({ AlarmName }) => AlarmName).join(', ')}`,
      commands([
        ...new Set(raised.map(({ AlarmDescription = 'See docs/operations.md.' }) => AlarmDescription)),
      ]),
    );
  }),
  stackCheck('secrets', 'secrets', async ({ config, stack, settings }, target) => {
    const { jobs } = await readJobs(target);
    const ofJobs = jobs.flatMap(({ job }) => needsOfJob(job).secrets);
    const secrets = [...new Set([...ofJobs, ...secretsOfStack(settings)])];
    if (secrets.length === 0) return ok('no job names any');
    const missing = await findMissingSecrets({ config, stack }, secrets);
    if (missing.length === 0) return ok(`${formatNoun(secrets.length, 'secret is', 'secrets are')} there`);
    return wrong(
      `neither in the Parameter Store nor in Secrets Manager: ${missing.join(', ')}`,
      commands(missing.map((name) => putSecretCommand(stack.region, name))),
    );
  }),
];

async function readQueue(
  { config }: StackContext,
  { id, name }: { id: string; name: string },
): Promise<StackQueue> {
  const client = new SQSClient({ ...config, useQueueUrlAsEndpoint: !hasOwnEndpoint('SQS') });
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: id,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  return {
    name,
    waiting: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
    inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
    delayed: Number(Attributes['ApproximateNumberOfMessagesDelayed'] ?? 0),
  };
}

function lastPart(url: string): string {
  return url.split('/').at(-1) ?? '';
}

async function latest(
  config: StackContext['config'],
  Namespace: string,
  MetricName: string,
  dimensions: Record<string, string>,
  Stat: 'Maximum' | 'Sum',
  windowMs: number,
): Promise<number | undefined> {
  const now = Date.now();
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const { MetricDataResults = [] } = await new CloudWatchClient(config).send(
    new GetMetricDataCommand({
      StartTime: new Date(now - windowMs),
      EndTime: new Date(now),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: [
        {
          Id: 'metric',
          MetricStat: {
            Metric: { Namespace, MetricName, Dimensions },
            Period: Stat === 'Sum' ? windowMs / 1_000 : 300,
            Stat,
          },
        },
      ],
    }),
  );
  return MetricDataResults[0]?.Values?.[0];
}
