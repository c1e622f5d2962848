import type { Stack } from 'aws-cdk-lib';
import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Settings } from '../../shared/job/settings-schema.ts';
import type { Functions } from '../functions.ts';
import type { StackResources } from '../permissions.ts';
import type { Severity } from '../severity.ts';

/** The definition of one alarm. Its name is its key in the list of `infra/alarms.ts`. */
export interface AlarmRules {
  readonly severity: Severity;
  /** Heading of its article in the runbook. */
  readonly article: string;
  /** It reports faults of the worker itself, not of the sites: a new version that triggers it is rolled back. */
  readonly stopsRollout: boolean;
  /** Its condition in this stack; `undefined` where the stack has no such alarm. */
  watch(scope: AlarmScope): AlarmCondition | undefined;
}

export interface AlarmScope {
  stack: Stack;
  resources: StackResources;
  functions: Functions;
  settings: Settings['aws'];
}

export interface AlarmCondition {
  /** What happened, in one sentence. */
  happened: string;
  metric: IMetric;
  threshold: number;
  /** By default at or above the threshold; with this, above it alone. */
  above?: true;
  /** Below the threshold, or without data: the event should occur. */
  absent?: true;
  /** The number of consecutive periods; default 1. */
  periods?: number;
}

export const sum = { statistic: Stats.SUM };

/** The maximum number of waiting messages. */
export function waiting(queue: Queue): IMetric {
  return queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM });
}
