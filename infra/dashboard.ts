import { Duration, type Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  SingleValueWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { failureMetrics, type MetricName } from '../shared/deployment/metric-names.ts';
import type { Functions } from './functions.ts';
import { emitted, overFunctions } from './metrics.ts';
import type { StackResources } from './permissions.ts';

/** Four rows for four questions: is it running, how fast, what fails, what does it cost. */
export function makeDashboard(
  stack: Stack,
  resources: StackResources,
  functions: Functions,
  alarms: Alarm[],
): Dashboard {
  return new Dashboard(stack, 'Dashboard', {
    dashboardName: dashboardNameOf(stack),
    defaultInterval: Duration.hours(3),
    widgets: [
      question('Is it running?'),
      isItRunning(stack, resources, functions, alarms),
      question('How fast?'),
      howFast(stack),
      question('What fails?'),
      whatFails(stack, resources, functions),
      question('What does it cost?'),
      whatDoesItCost(stack, functions),
    ],
  });
}

/**
 * The names of dashboards are unique in an account over all regions: with the stack's name alone, a stack of the
 * same name in another region would make the deployment fail and roll back.
 */
export function dashboardNameOf({ stackName, region }: Stack): string {
  return `${stackName}-${region}`;
}

function question(text: string): IWidget[] {
  return [new TextWidget({ markdown: `## ${text}`, width: 24, height: 1 })];
}

function isItRunning(
  stack: Stack,
  { work, browser, finish }: StackResources,
  functions: Functions,
  alarms: Alarm[],
): IWidget[] {
  return [
    new AlarmStatusWidget({ title: 'Alarms', alarms, width: 6, height: 6 }),
    numbers('In five minutes', [
      emitted(stack, 'Pages', { label: 'Pages' }),
      emitted(stack, 'Items', { label: 'Items' }),
      emitted(stack, 'RunsStarted', { label: 'Runs started', period: Duration.days(1) }),
      emitted(stack, 'RunsFinished', { label: 'Runs finished', period: Duration.days(1) }),
    ]),
    graph(
      'Workers at once',
      workersOf(functions).map((made) => made.metric('ConcurrentExecutions', { statistic: Stats.MAXIMUM })),
    ),
    graph('Batches', [
      ...batchesOf(work, ''),
      ...(browser === undefined ? [] : batchesOf(browser, ', in a browser')),
      finish.metricApproximateNumberOfMessagesVisible({ label: 'runs to be finished' }),
    ]),
  ];
}

/** The functions that work on batches. */
function workersOf({ worker, browser }: Functions): NodejsFunction[] {
  return browser === undefined ? [worker] : [worker, browser];
}

function batchesOf(queue: Queue, where: string): IMetric[] {
  return [
    queue.metricApproximateNumberOfMessagesVisible({ label: `due${where}` }),
    queue.metricApproximateNumberOfMessagesNotVisible({ label: `being worked on${where}` }),
    queue.metricApproximateNumberOfMessagesDelayed({ label: `waiting for their turn${where}` }),
  ];
}

function howFast(stack: Stack): IWidget[] {
  const minute = { period: Duration.minutes(1) };
  const percentiles = (name: MetricName) =>
    [50, 95, 99].map((share) =>
      emitted(stack, name, { statistic: Stats.percentile(share), label: `p${share}`, ...minute }),
    );
  return [
    graph('Pages and items a minute', [emitted(stack, 'Pages', minute), emitted(stack, 'Items', minute)]),
    graph('Fetch, milliseconds', percentiles('FetchMs')),
    graph('Late from the queue, milliseconds', percentiles('QueueMs')),
    graph('Bytes a minute', [emitted(stack, 'Bytes', minute)]),
  ];
}

function whatFails(stack: Stack, resources: StackResources, functions: Functions): IWidget[] {
  const queues = [
    resources.deadLetters,
    resources.finalDeadLetters,
    resources.finishDeadLetters,
    resources.missedStarts,
  ];
  return [
    new GraphWidget({
      title: 'Failed pages by group',
      left: failureMetrics.map((name) => emitted(stack, name, { label: name.slice('Failures'.length) })),
      stacked: true,
      width: 6,
      height: 6,
    }),
    graph('Tried again, met before', [
      emitted(stack, 'Retries'),
      emitted(stack, 'Faults'),
      emitted(stack, 'LeaseConflicts'),
      emitted(stack, 'Duplicates'),
    ]),
    graph('Functions', [overFunctions(functions, 'Errors'), overFunctions(functions, 'Throttles')]),
    graph(
      'Dead letters that nobody took',
      queues.map((queue) => queue.metricApproximateNumberOfMessagesVisible({ label: queue.node.id })),
    ),
  ];
}

function whatDoesItCost(stack: Stack, functions: Functions): IWidget[] {
  const costs = (period: Duration, label: string) => emitted(stack, 'CostUsd', { period, label });
  const perMillion = new MathExpression({
    expression: '1000000 * cost / pages',
    label: 'US dollars per million pages',
    usingMetrics: {
      cost: costs(Duration.hours(1), 'cost'),
      pages: emitted(stack, 'Pages', { period: Duration.hours(1) }),
    },
    period: Duration.hours(1),
  });
  return [
    numbers('US dollars, estimated', [
      costs(Duration.hours(1), 'in an hour'),
      costs(Duration.days(1), 'in a day'),
    ]),
    graph('US dollars per million pages', [perMillion]),
    graph('DynamoDB request units', [emitted(stack, 'WriteUnits'), emitted(stack, 'ReadUnits')]),
    graph(
      'Worker, milliseconds in all',
      workersOf(functions).map((made) => made.metricDuration({ statistic: Stats.SUM })),
    ),
  ];
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 6, height: 6, leftYAxis: { min: 0 } });
}

function numbers(title: string, metrics: IMetric[]): SingleValueWidget {
  return new SingleValueWidget({ title, metrics, width: 6, height: 6, setPeriodToTimeRange: false });
}
