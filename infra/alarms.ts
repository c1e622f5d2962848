import { Annotations, Duration, type Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { watchdogEveryMs } from '../shared/deployment/names.ts';
import { isOnThisMachine } from '../shared/deployment/own-endpoint.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import type { Functions } from './functions.ts';
import { emitted } from './metrics.ts';
import type { Parts } from './permissions.ts';
import { finishTimeoutMs } from './queues.ts';
import { type Severity, severityMark } from './severity.ts';

/** Where an alarm's description sends its reader. The anchors are headings of that page; a test compares. */
export const runbook = 'docs/operations.md';

const sum = { statistic: Stats.SUM };

interface Watch {
  /** The construct's id, and the alarm's name after the stack's. */
  id: string;
  severity: Severity;
  /** Heading of the article in the runbook, as an anchor. */
  article: string;
  /** One sentence: what happened. */
  happened: string;
  metric: IMetric;
  threshold: number;
  /** Default: at or above the threshold. */
  above?: true;
  /** Below it, or without a value: what is watched should happen. */
  absent?: true;
  /** How many periods in a row; default 1. */
  periods?: number;
}

/** Every alarm, in the order of a run. All of them go to the topic of alarms, also when they are over. */
export function makeAlarms(
  stack: Stack,
  parts: Parts,
  functions: Functions,
  settings: Settings['aws'],
): Alarm[] {
  const watches = [
    ...watchStarts(parts),
    ...watchWork(stack, parts, settings),
    watchFaults(stack),
    ...watchFunctions(functions, settings),
    ...watchLetters(parts),
    ...watchRuns(stack, settings),
    ...watchCanary(stack, settings),
  ];
  const action = new SnsAction(parts.alarmTopic);
  return watches.map((watch) => {
    const alarm = makeAlarm(stack, watch);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  });
}

function watchStarts({ missedStarts }: Parts): Watch[] {
  return [
    {
      id: 'StartsMissed',
      severity: 'urgent',
      article: 'starts-missed',
      happened: 'A run was not started, by its schedule or by a call, after all attempts.',
      metric: waiting(missedStarts),
      threshold: 1,
    },
  ];
}

function watchWork(stack: Stack, { work, table }: Parts, settings: Settings['aws']): Watch[] {
  const visibilityMinutes = settings.visibilityMs / 60_000;
  return [
    {
      id: 'OldestMessage',
      severity: 'notice',
      article: 'batches-wait-too-long',
      happened: 'A batch has waited longer than a delay and a repair together take.',
      metric: work.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM }),
      // The longest delay of SQS is 15 minutes; a crash is repaired within the visibility timeout; twice both.
      threshold: 2 * (15 + visibilityMinutes) * 60,
      above: true,
      periods: 3,
    },
    ...(hasMetricMath(stack) ? [noProgress(stack, work)] : []),
    tableThrottled('TableWritesThrottled', table.metric('WriteThrottleEvents', sum)),
    tableThrottled('TableReadsThrottled', table.metric('ReadThrottleEvents', sum)),
  ];
}

function tableThrottled(id: string, metric: IMetric): Watch {
  return {
    id,
    severity: 'notice',
    article: 'the-table-is-throttled',
    happened: 'DynamoDB refused more than a hundred requests in five minutes, three times in a row.',
    metric,
    threshold: 100,
    above: true,
    periods: 3,
  };
}

/**
 * False for an emulator, which knows no alarms over expressions: on this machine by itself, elsewhere by
 * `cdk deploy --context metricMath=false`.
 */
function hasMetricMath(stack: Stack): boolean {
  const told: unknown = stack.node.tryGetContext('metricMath');
  const has = told === undefined ? !isOnThisMachine() : String(told) !== 'false';
  if (!has) {
    const text = 'The alarm NoProgress is left out: its formula is not for an emulator.';
    Annotations.of(stack).addInfoV2('spinneret:metricMath', text);
  }
  return has;
}

function noProgress(stack: Stack, work: Queue): Watch {
  return {
    id: 'NoProgress',
    severity: 'urgent',
    article: 'a-backlog-without-progress',
    happened: 'Batches were waiting for 15 minutes, and not one page came to its end.',
    metric: withoutProgress(stack, work),
    threshold: 1,
  };
}

/** The least backlog of the quarter of an hour: a queue that was empty for a moment is being worked on. */
function withoutProgress(stack: Stack, work: Queue): IMetric {
  const period = Duration.minutes(15);
  return new MathExpression({
    expression: 'IF(FILL(backlog, 0) > 0 AND FILL(pages, 0) == 0, 1, 0)',
    usingMetrics: {
      backlog: work.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MINIMUM, period }),
      pages: emitted(stack, 'Pages', { period }),
    },
    label: 'Backlog without progress',
    period,
  });
}

/** A fault now and then is mended by sending again: many at once are a permission, a key or the network. */
function watchFaults(stack: Stack): Watch {
  return {
    id: 'Faults',
    severity: 'urgent',
    article: 'a-fault-lasts',
    happened: 'Batches met more than fifty faults of network or AWS within a quarter of an hour.',
    metric: emitted(stack, 'Faults', { period: Duration.minutes(15) }),
    threshold: 50,
    above: true,
  };
}

function watchFunctions(functions: Functions, settings: Settings['aws']): Watch[] {
  const { start, worker, finish, deadLetter, watchdog } = functions;
  return [
    failing(start, seldomCalled),
    failing(worker, manyCalls),
    failing(finish, seldomCalled),
    failing(deadLetter, manyCalls),
    failing(watchdog, seldomCalled),
    {
      id: 'WorkerThrottles',
      severity: 'notice',
      article: 'functions-are-throttled',
      happened: 'Lambda refused calls for a quarter of an hour: the account’s concurrency is used up.',
      metric: worker.metricThrottles(sum),
      threshold: 1,
      periods: 3,
    },
    ...[worker, deadLetter, finish].map(stoppedAsLoop),
    nearTimeout('WorkerDuration', worker, settings.workerTimeoutMs, manyCalls),
    nearTimeout('FinishDuration', finish, finishTimeoutMs, seldomCalled),
  ];
}

/** The functions of the loop are allowed to be one: where it says otherwise, someone has changed it by hand. */
function stoppedAsLoop(made: NodejsFunction): Watch {
  return {
    id: `${made.node.id}StoppedAsLoop`,
    severity: 'urgent',
    article: 'lambda-stops-a-crawl-as-a-loop',
    happened: `Lambda took calls of the function ${made.node.id} for an endless loop, and dropped them.`,
    metric: made.metric('RecursiveInvocationsDropped', sum),
    threshold: 1,
  };
}

/** What tells a fault from chance: a number of failures, and in how many periods of five minutes in a row. */
interface Patience {
  failures: number;
  failingPeriods: number;
  slowPeriods: number;
}

/** A worker that is killed is mended by redelivery: only many in a row are news. */
const manyCalls: Patience = { failures: 5, failingPeriods: 2, slowPeriods: 3 };

/** A finish that times out is delivered again after an hour and a half: there are no periods in a row. */
const seldomCalled: Patience = { failures: 1, failingPeriods: 1, slowPeriods: 1 };

function failing(made: NodejsFunction, { failures, failingPeriods: periods }: Patience): Watch {
  const often = failures === 1 ? 'once' : `${failures} times within five minutes, ${periods} times in a row`;
  return {
    id: `${made.node.id}Errors`,
    severity: 'notice',
    article: 'functions-fail',
    happened: `The function ${made.node.id} failed ${often}.`,
    metric: made.metricErrors(sum),
    threshold: failures,
    periods,
  };
}

function nearTimeout(
  id: string,
  made: NodejsFunction,
  timeoutMs: number,
  { slowPeriods: periods }: Patience,
): Watch {
  return {
    id,
    severity: 'notice',
    article: 'functions-come-near-their-timeout',
    happened: 'One in a hundred calls takes more than 90 % of the time that the function has.',
    metric: made.metricDuration({ statistic: Stats.percentile(99) }),
    threshold: 0.9 * timeoutMs,
    above: true,
    periods,
  };
}

function watchLetters({ deadLetters, graveyard, finishDeadLetters }: Parts): Watch[] {
  return [
    {
      id: 'DeadLetters',
      severity: 'urgent',
      article: 'dead-letters-pile-up',
      happened: 'Dead letters have been waiting for a quarter of an hour: their function does not take them.',
      metric: waiting(deadLetters),
      threshold: 1,
      periods: 3,
    },
    {
      id: 'Graveyard',
      severity: 'urgent',
      article: 'a-batch-cannot-be-saved',
      happened: 'The dead-letter function itself failed with a batch, whose run cannot end without it.',
      metric: waiting(graveyard),
      threshold: 1,
    },
    {
      id: 'FinishDeadLetters',
      severity: 'urgent',
      article: 'a-run-cannot-be-finished',
      happened: 'A run has done all its batches, but its export or notification fails.',
      metric: waiting(finishDeadLetters),
      threshold: 1,
    },
  ];
}

function watchRuns(stack: Stack, { failureShare }: Settings['aws']): Watch[] {
  return [
    {
      id: 'RunFailures',
      severity: 'notice',
      article: 'a-run-finished-with-many-failures',
      happened: `A run finished with more than ${failureShare * 100} % of its pages failed.`,
      metric: emitted(stack, 'RunFailureShare', { statistic: Stats.MAXIMUM }),
      threshold: failureShare,
      above: true,
    },
    {
      id: 'RunsHalted',
      severity: 'urgent',
      article: 'a-run-was-paused-by-a-fault',
      happened: 'A run paused itself: a secret, a handler or a file that it needs is missing or wrong.',
      metric: emitted(stack, 'RunsHalted'),
      threshold: 1,
    },
    {
      id: 'RunsStalled',
      severity: 'notice',
      article: 'a-run-is-stalled',
      happened: 'A run had open batches and no messages for them, or no manifest; it is being repaired.',
      // Longer than from one look to the next, so that it does not end in between.
      metric: emitted(stack, 'RunsStalled', { period: Duration.millis(2 * watchdogEveryMs) }),
      threshold: 1,
    },
  ];
}

/** Two in a row: one alone may meet a deployment, or a page that is down for a moment. */
const canariesMissed = 2;

function watchCanary(stack: Stack, { canary }: Settings['aws']): Watch[] {
  if (canary === undefined) return [];
  return [
    {
      id: 'CanaryMissed',
      severity: 'urgent',
      article: 'the-canary-has-not-finished',
      happened: `${canariesMissed} canary runs in a row have not come to their end with their page.`,
      metric: emitted(stack, 'CanaryFinished', { period: Duration.minutes(canary.everyMinutes) }),
      threshold: 1,
      absent: true,
      periods: canariesMissed,
    },
  ];
}

function waiting(queue: Queue): IMetric {
  return queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM });
}

function makeAlarm(stack: Stack, watch: Watch): Alarm {
  return new Alarm(stack, `${watch.id}Alarm`, {
    alarmName: `${stack.stackName}-${watch.id}`,
    alarmDescription: `${severityMark(watch.severity)} ${watch.happened} What to do: ${runbook}#${watch.article}`,
    metric: watch.metric,
    threshold: watch.threshold,
    comparisonOperator: comparisonOf(watch),
    evaluationPeriods: watch.periods ?? 1,
    // Nothing is measured while nothing runs.
    treatMissingData: watch.absent ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
}

function comparisonOf({ above, absent }: Watch): ComparisonOperator {
  if (absent) return ComparisonOperator.LESS_THAN_THRESHOLD;
  return above
    ? ComparisonOperator.GREATER_THAN_THRESHOLD
    : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD;
}
