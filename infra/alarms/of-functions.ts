import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { browserTimeoutMs } from '../../shared/deployment/worker-times.ts';
import type { AnyFunctionName } from '../permissions.ts';
import { finishTimeoutMs } from '../queues.ts';
import { type AlarmRules, type AlarmScope, sum } from './alarm.ts';

/** Distinguishes a fault from chance: a number of failures, and in how many consecutive periods of five minutes. */
interface Tolerance {
  failures: number;
  failingPeriods: number;
  slowPeriods: number;
}

/** A killed worker is repaired by redelivery: only many in a row matter. */
const manyCalls: Tolerance = { failures: 5, failingPeriods: 2, slowPeriods: 3 };

/** A finish that times out is redelivered after an hour and a half, so there are no consecutive periods. */
const seldomCalled: Tolerance = { failures: 1, failingPeriods: 1, slowPeriods: 1 };

export const startErrors = failing('start', seldomCalled);
export const workerErrors: AlarmRules = { ...failing('worker', manyCalls), stopsRollout: true };
export const browserErrors = failing('browser', manyCalls);
export const finishErrors = failing('finish', seldomCalled);
export const deadLetterErrors = failing('deadLetter', manyCalls);
export const watchdogErrors = failing('watchdog', seldomCalled);

function failing(name: AnyFunctionName, { failures, failingPeriods: periods }: Tolerance): AlarmRules {
  const often = failures === 1 ? 'once' : `${failures} times within five minutes, ${periods} times in a row`;
  return {
    severity: 'notice',
    article: 'Functions fail',
    stopsRollout: false,
    watch: ({ functions: { [name]: made } }) =>
      made && {
        happened: `The function ${made.node.id} failed ${often}.`,
        metric: made.metricErrors(sum),
        threshold: failures,
        periods,
      },
  };
}

export const workerThrottles = throttled('worker');
export const browserThrottles = throttled('browser');

function throttled(name: AnyFunctionName): AlarmRules {
  return {
    severity: 'notice',
    article: 'Functions are throttled',
    stopsRollout: false,
    watch: ({ functions: { [name]: made } }) =>
      made && {
        happened: 'Lambda refused calls for a quarter of an hour: the account’s concurrency is used up.',
        metric: made.metricThrottles(sum),
        threshold: 1,
        periods: 3,
      },
  };
}

export const workerStoppedAsLoop = stoppedAsLoop('worker');
export const browserStoppedAsLoop = stoppedAsLoop('browser');
export const deadLetterStoppedAsLoop = stoppedAsLoop('deadLetter');
export const finishStoppedAsLoop = stoppedAsLoop('finish');

/**
 * The functions of the loop are allowed to be recursive: this alarm means that somebody has changed that by hand.
 */
function stoppedAsLoop(name: AnyFunctionName): AlarmRules {
  return {
    severity: 'urgent',
    article: 'Lambda stops a crawl as a loop',
    stopsRollout: false,
    watch: ({ functions: { [name]: made } }) =>
      made && {
        happened: `Lambda took calls of the function ${made.node.id} for an endless loop, and dropped them.`,
        metric: made.metric('RecursiveInvocationsDropped', sum),
        threshold: 1,
      },
  };
}

export const workerDuration: AlarmRules = {
  ...nearTimeout('worker', ({ settings }) => settings.workerTimeoutMs, manyCalls),
  stopsRollout: true,
};
export const browserDuration = nearTimeout(
  'browser',
  ({ settings }) => browserTimeoutMs(settings.workerTimeoutMs),
  manyCalls,
);
export const finishDuration = nearTimeout('finish', () => finishTimeoutMs, seldomCalled);

function nearTimeout(
  name: AnyFunctionName,
  timeoutMsOf: (scope: AlarmScope) => number,
  { slowPeriods: periods }: Tolerance,
): AlarmRules {
  return {
    severity: 'notice',
    article: 'Functions come near their timeout',
    stopsRollout: false,
    watch(scope) {
      const { [name]: made } = scope.functions;
      return (
        made && {
          happened: 'One in a hundred calls takes more than 90 % of the time that the function has.',
          metric: made.metricDuration({ statistic: Stats.percentile(99) }),
          threshold: 0.9 * timeoutMsOf(scope),
          above: true,
          periods,
        }
      );
    },
  };
}
