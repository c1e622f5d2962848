import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { AlarmCondition, AlarmRules, AlarmScope } from './alarms/alarm.ts';
import * as ofFunctions from './alarms/of-functions.ts';
import * as ofMessages from './alarms/of-messages.ts';
import * as ofRuns from './alarms/of-runs.ts';
import * as ofWork from './alarms/of-work.ts';
import { severityMark } from './severity.ts';

/** The file that descriptions of alarms refer to: a test compares its articles, and its table of all alarms. */
export const runbook = 'docs/operations.md';

/** The one list of alarms, in the order of a run. The key is the alarm's name after the stack's. */
export const alarms: { readonly [name: string]: AlarmRules } = {
  StartsMissed: ofMessages.startsMissed,
  OldestMessage: ofMessages.oldestMessage,
  OldestBrowserMessage: ofMessages.oldestBrowserMessage,
  NoProgress: ofWork.noProgress,
  TableWritesThrottled: ofWork.tableWritesThrottled,
  TableReadsThrottled: ofWork.tableReadsThrottled,
  Faults: ofWork.faults,
  StartErrors: ofFunctions.startErrors,
  WorkerErrors: ofFunctions.workerErrors,
  BrowserErrors: ofFunctions.browserErrors,
  FinishErrors: ofFunctions.finishErrors,
  DeadLetterErrors: ofFunctions.deadLetterErrors,
  WatchdogErrors: ofFunctions.watchdogErrors,
  WorkerThrottles: ofFunctions.workerThrottles,
  BrowserThrottles: ofFunctions.browserThrottles,
  WorkerStoppedAsLoop: ofFunctions.workerStoppedAsLoop,
  BrowserStoppedAsLoop: ofFunctions.browserStoppedAsLoop,
  DeadLetterStoppedAsLoop: ofFunctions.deadLetterStoppedAsLoop,
  FinishStoppedAsLoop: ofFunctions.finishStoppedAsLoop,
  WorkerDuration: ofFunctions.workerDuration,
  BrowserDuration: ofFunctions.browserDuration,
  FinishDuration: ofFunctions.finishDuration,
  DeadLetters: ofMessages.deadLetters,
  Graveyard: ofMessages.finalDeadLetters,
  FinishDeadLetters: ofMessages.finishDeadLetters,
  RunFailures: ofRuns.runFailures,
  RunsHalted: ofRuns.runsHalted,
  RunsStalled: ofRuns.runsStalled,
  CanaryMissed: ofRuns.canaryMissed,
};

export interface MadeAlarms {
  all: Alarm[];
  /** Alarms that roll back a new version of the worker. */
  stoppingRollout: Alarm[];
}

/** Makes every alarm of the stack. All of them are sent to the topic of alarms, also when they are over. */
export function makeAlarms(scope: AlarmScope): MadeAlarms {
  const action = new SnsAction(scope.resources.alarmTopic);
  const made: MadeAlarms = { all: [], stoppingRollout: [] };
  for (const [name, rules] of Object.entries(alarms)) {
    const watch = rules.watch(scope);
    if (watch === undefined) continue;
    const alarm = makeAlarm(scope, name, rules, watch);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    made.all.push(alarm);
    if (rules.stopsRollout) made.stoppingRollout.push(alarm);
  }
  return made;
}

function makeAlarm({ stack }: AlarmScope, name: string, rules: AlarmRules, watch: AlarmCondition): Alarm {
  const { severity, article } = rules;
  return new Alarm(stack, `${name}Alarm`, {
    alarmName: `${stack.stackName}-${name}`,
    alarmDescription: `${severityMark(severity)} ${watch.happened} What to do: ${runbook}#${anchorOf(article)}`,
    metric: watch.metric,
    threshold: watch.threshold,
    comparisonOperator: comparisonOf(watch),
    evaluationPeriods: watch.periods ?? 1,
    // There are no data points while no run is active.
    treatMissingData: watch.absent ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
}

/** The anchor that GitHub makes of a heading. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(' ', '-');
}

function comparisonOf({ above, absent }: AlarmCondition): ComparisonOperator {
  if (absent) return ComparisonOperator.LESS_THAN_THRESHOLD;
  return above
    ? ComparisonOperator.GREATER_THAN_THRESHOLD
    : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD;
}
