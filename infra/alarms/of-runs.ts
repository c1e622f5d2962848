import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { watchdogEveryMs } from '../../shared/deployment/function-limits.ts';
import { emitted } from '../metrics.ts';
import type { AlarmRules } from './alarm.ts';

export const runFailures: AlarmRules = {
  severity: 'notice',
  article: 'A run finished with many failures',
  stopsRollout: false,
  watch: ({ stack, settings: { failureShare } }) => ({
    happened: `A run finished with more than ${failureShare * 100} % of its pages failed.`,
    metric: emitted(stack, 'RunFailureShare', { statistic: Stats.MAXIMUM }),
    threshold: failureShare,
    above: true,
  }),
};

export const runsHalted: AlarmRules = {
  severity: 'urgent',
  article: 'A run was paused by a fault',
  stopsRollout: true,
  watch: ({ stack }) => ({
    happened: 'A run paused itself: a secret, a handler or a file that it needs is missing or wrong.',
    metric: emitted(stack, 'RunsHalted'),
    threshold: 1,
  }),
};

export const runsStalled: AlarmRules = {
  severity: 'notice',
  article: 'A run is stalled',
  stopsRollout: false,
  watch: ({ stack }) => ({
    happened: 'A run had open batches and no messages for them, or no manifest; it is being repaired.',
    // Longer than the interval of the watchdog, so that the alarm does not end in between.
    metric: emitted(stack, 'RunsStalled', { period: Duration.millis(2 * watchdogEveryMs) }),
    threshold: 1,
  }),
};

/** Two in a row: a single one may coincide with a deployment, or with a short outage of the page. */
const canariesMissed = 2;

export const canaryMissed: AlarmRules = {
  severity: 'urgent',
  article: 'The canary has not finished',
  stopsRollout: false,
  watch: ({ stack, settings: { canary } }) =>
    canary === undefined
      ? undefined
      : {
          happened: `${canariesMissed} canary runs in a row have not come to their end with their page.`,
          metric: emitted(stack, 'CanaryFinished', { period: Duration.minutes(canary.everyMinutes) }),
          threshold: 1,
          absent: true,
          periods: canariesMissed,
        },
};
