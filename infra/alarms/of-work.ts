import { Annotations, Duration, type Stack } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { isOnThisMachine } from '../../shared/deployment/own-endpoint.ts';
import { emitted } from '../metrics.ts';
import { type AlarmRules, sum } from './alarm.ts';

export const noProgress: AlarmRules = {
  severity: 'urgent',
  article: 'A backlog without progress',
  stopsRollout: true,
  watch: ({ stack, resources }) =>
    hasMetricMath(stack)
      ? {
          happened: 'Batches were waiting for 15 minutes, and not one page came to its end.',
          metric: withoutProgress(stack, resources.work),
          threshold: 1,
        }
      : undefined,
};

/**
 * False for an emulator without alarms over expressions: recognised on this machine, elsewhere to be set by `cdk
 * deploy --context metricMath=false`.
 */
function hasMetricMath(stack: Stack): boolean {
  const setting: unknown = stack.node.tryGetContext('metricMath');
  const has = setting === undefined ? !isOnThisMachine() : String(setting) !== 'false';
  if (!has) {
    const text = 'The alarm NoProgress is left out: its formula is not for an emulator.';
    Annotations.of(stack).addInfoV2('spinneret:metricMath', text);
  }
  return has;
}

/** The minimum backlog of a quarter of an hour: a queue that was empty for a moment is being worked on. */
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

export const tableWritesThrottled = tableThrottled('WriteThrottleEvents');
export const tableReadsThrottled = tableThrottled('ReadThrottleEvents');

function tableThrottled(metric: string): AlarmRules {
  return {
    severity: 'notice',
    article: 'The table is throttled',
    stopsRollout: false,
    watch: ({ resources }) => ({
      happened: 'DynamoDB refused more than a hundred requests in five minutes, three times in a row.',
      metric: resources.table.metric(metric, sum),
      threshold: 100,
      above: true,
      periods: 3,
    }),
  };
}

/**
 * A single fault is repaired by sending the batch again: many at once are due to a permission, a key or the
 * network.
 */
export const faults: AlarmRules = {
  severity: 'urgent',
  article: 'A fault lasts',
  stopsRollout: true,
  watch: ({ stack }) => ({
    happened: 'Batches met more than fifty faults of network or AWS within a quarter of an hour.',
    metric: emitted(stack, 'Faults', { period: Duration.minutes(15) }),
    threshold: 50,
    above: true,
  }),
};
