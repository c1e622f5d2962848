import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StackResources } from '../permissions.ts';
import { browserVisibilityMs } from '../queues.ts';
import { type AlarmRules, type AlarmScope, waiting } from './alarm.ts';

export const startsMissed = firstMessage('Starts missed', ({ missedStarts }) => missedStarts, {
  happened: 'A run was not started, by its schedule or by a call, after all attempts.',
});

export const oldestMessage = waitingTooLong(({ resources, settings }) => ({
  queue: resources.work,
  visibilityMs: settings.visibilityMs,
}));
export const oldestBrowserMessage = waitingTooLong(({ resources, settings }) => ({
  queue: resources.browser,
  visibilityMs: browserVisibilityMs(settings),
}));

function waitingTooLong(
  of: (scope: AlarmScope) => { queue: Queue | undefined; visibilityMs: number },
): AlarmRules {
  return {
    severity: 'notice',
    article: 'Batches wait too long',
    stopsRollout: false,
    watch(scope) {
      const { queue, visibilityMs } = of(scope);
      if (queue === undefined) return undefined;
      return {
        happened: 'A batch has waited longer than a delay and a repair together take.',
        metric: queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM }),
        // The longest delay of SQS is 15 minutes, and a crash is repaired within the visibility timeout; twice the
        // sum of both.
        threshold: 2 * (15 + visibilityMs / 60_000) * 60,
        above: true,
        periods: 3,
      };
    },
  };
}

export const deadLetters = firstMessage('Dead letters pile up', (resources) => resources.deadLetters, {
  happened: 'Dead letters have been waiting for a quarter of an hour: their function does not take them.',
  periods: 3,
});

export const finalDeadLetters = firstMessage(
  'A batch cannot be saved',
  (resources) => resources.finalDeadLetters,
  {
    happened: 'The dead-letter function itself failed with a batch, whose run cannot end without it.',
  },
);

export const finishDeadLetters = firstMessage(
  'A run cannot be finished',
  (resources) => resources.finishDeadLetters,
  { happened: 'A run has done all its batches, but its export or notification fails.' },
);

/** The first message in a queue that should stay empty. */
function firstMessage(
  article: string,
  queueOf: (resources: StackResources) => Queue,
  watch: { happened: string; periods?: number },
): AlarmRules {
  return {
    severity: 'urgent',
    article,
    stopsRollout: false,
    watch: ({ resources }) => ({ ...watch, metric: waiting(queueOf(resources)), threshold: 1 }),
  };
}
