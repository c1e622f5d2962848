import type { Stack } from 'aws-cdk-lib';
import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Settings } from '../../shared/job/settings-schema.ts';
import type { Functions } from '../functions.ts';
import type { StackResources } from '../permissions.ts';
import type { Severity } from '../severity.ts';

/** All that is said about one alarm. Its name is its key in the list of `infra/alarms.ts`. */
export interface AlarmRules {
  readonly severity: Severity;
  /** Heading of its article in the runbook. */
  readonly article: string;
  /** It is about what a worker does wrong, whatever the sites do: a new version that sets it off is taken back. */
  readonly stopsRollout: boolean;
  /** What it watches in this stack; `undefined` where it has no such alarm. */
  watch(scope: AlarmScope): AlarmCondition | undefined;
}

export interface AlarmScope {
  stack: Stack;
  resources: StackResources;
  functions: Functions;
  settings: Settings['aws'];
}

export interface AlarmCondition {
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

export const sum = { statistic: Stats.SUM };

/** The most messages that were waiting. */
export function waiting(queue: Queue): IMetric {
  return queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM });
}
