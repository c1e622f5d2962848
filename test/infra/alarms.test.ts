import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as ofFunctions from '../../infra/alarms/of-functions.ts';
import * as ofMessages from '../../infra/alarms/of-messages.ts';
import * as ofRuns from '../../infra/alarms/of-runs.ts';
import * as ofWork from '../../infra/alarms/of-work.ts';
import { alarms as listed, runbook } from '../../infra/alarms.ts';
import { canaryJob } from '../../shared/deployment/canary.ts';
import { type MetricName, metricNamespace, metricUnits } from '../../shared/deployment/metric-names.ts';
import { everySetting, resourceOf, resourcesOf, templateOf } from './synthesise.ts';

const template = templateOf();
const alarms = [...resourcesOf(template, 'AWS::CloudWatch::Alarm')];
/** Those of settings too. */
const allAlarms = [...resourcesOf(templateOf({ aws: everySetting }), 'AWS::CloudWatch::Alarm')];
const page = readFileSync(join(import.meta.dirname, '../..', runbook), 'utf8');

/** Articles of the part of the runbook that is about alarms, by anchor, as GitHub makes them of headings. */
function articles(): Map<string, string> {
  const [, part = ''] = page.split(/^## Alarms$/m);
  const [own = ''] = part.split(/^## /m);
  const texts = own.split(/^### /m).slice(1);
  return new Map(
    texts.map((text) => {
      const [heading = ''] = text.split('\n');
      return [
        heading
          .toLowerCase()
          .replaceAll(/[^\w\- ]/g, '')
          .replaceAll(' ', '-'),
        text,
      ];
    }),
  );
}

function propertiesOf(id: string) {
  return resourceOf(template, 'AWS::CloudWatch::Alarm', `${id}Alarm`).Properties;
}

function anchorsOfAlarms(): string[] {
  const link = new RegExp(`What to do: ${runbook}#([\\w-]+)$`);
  return allAlarms.map(([, { Properties }]) => link.exec(Properties['AlarmDescription'])?.[1] ?? '');
}

/** The table of all alarms, as the page should have it. */
function tableOfAlarms(): string {
  const rows = allAlarms.map(([, { Properties }]) => {
    const description = /^\[(\w+)\] (.*) What to do: .*#([\w-]+)$/.exec(Properties['AlarmDescription']) ?? [];
    const [, severity = '', happened = '', anchor = ''] = description;
    const name = String(Properties['AlarmName']).replace(/^spinneret-/i, '');
    const heading = /^### (.*)/m.exec(`### ${articles().get(anchor) ?? ''}`)?.[1] ?? '';
    return `| \`${name}\` | ${severity} | ${happened} | [${heading}](#${anchor}) |`;
  });
  return ['| alarm | | what happened | article |', '|---|---|---|---|', ...rows].join('\n');
}

describe('the list of alarms', () => {
  it('has every alarm that there is', () => {
    const written = [ofFunctions, ofMessages, ofRuns, ofWork].flatMap((file) => Object.values(file));
    expect(new Set(Object.values(listed))).toEqual(new Set(written));
    expect(Object.keys(listed)).toHaveLength(written.length);
  });
});

describe('the runbook', () => {
  it('has a table of all alarms, in their words', () => {
    expect(page).toContain(tableOfAlarms());
  });

  it('has an article for every alarm, and an alarm for every article', () => {
    expect([...articles().keys()].sort()).toEqual([...new Set(anchorsOfAlarms())].sort());
  });

  it.each([...articles()])('says in %s what happened, where to look and what to do', (_, text) => {
    expect(text).toMatch(/\*Description\.\*[\s\S]*\*Investigation\.\*[\s\S]*\*Resolution\.\*/);
  });
});

describe('every alarm', () => {
  it.each(alarms)(
    '%s says how urgent it is, tells the topic of alarms, also when it is over, and is quiet while nothing runs',
    (_, { Properties }) => {
      expect(Properties['AlarmDescription']).toMatch(/^\[(urgent|notice)\] [A-Z]/);
      expect(Properties['AlarmActions']).toEqual([{ Ref: expect.stringMatching(/^Alarms/) }]);
      expect(Properties['OKActions']).toEqual(Properties['AlarmActions']);
      expect(Properties['TreatMissingData']).toBe('notBreaching');
    },
  );
});

/** Of all alarms, with every setting: threshold, periods in a row, seconds of each; `>` above, `<` below, `>=` at or above. */
const figures: Record<string, [comparison: string, threshold: number, periods: number, periodS: number]> = {
  StartsMissed: ['>=', 1, 1, 300],
  OldestMessage: ['>', 3_240, 3, 300],
  OldestBrowserMessage: ['>', 5_400, 3, 300],
  NoProgress: ['>=', 1, 1, 900],
  TableWritesThrottled: ['>', 100, 3, 300],
  TableReadsThrottled: ['>', 100, 3, 300],
  Faults: ['>', 50, 1, 900],
  StartErrors: ['>=', 1, 1, 300],
  WorkerErrors: ['>=', 5, 2, 300],
  BrowserErrors: ['>=', 5, 2, 300],
  FinishErrors: ['>=', 1, 1, 300],
  DeadLetterErrors: ['>=', 5, 2, 300],
  WatchdogErrors: ['>=', 1, 1, 300],
  WorkerThrottles: ['>=', 1, 3, 300],
  BrowserThrottles: ['>=', 1, 3, 300],
  WorkerStoppedAsLoop: ['>=', 1, 1, 300],
  BrowserStoppedAsLoop: ['>=', 1, 1, 300],
  DeadLetterStoppedAsLoop: ['>=', 1, 1, 300],
  FinishStoppedAsLoop: ['>=', 1, 1, 300],
  WorkerDuration: ['>', 108_000, 3, 300],
  BrowserDuration: ['>', 270_000, 3, 300],
  FinishDuration: ['>', 810_000, 1, 300],
  DeadLetters: ['>=', 1, 3, 300],
  Graveyard: ['>=', 1, 1, 300],
  FinishDeadLetters: ['>=', 1, 1, 300],
  RunFailures: ['>', 0.2, 1, 300],
  RunsHalted: ['>=', 1, 1, 300],
  RunsStalled: ['>=', 1, 1, 1_800],
  CanaryMissed: ['<', 1, 2, 3_600],
};

const signs: Record<string, string> = {
  GreaterThanOrEqualToThreshold: '>=',
  GreaterThanThreshold: '>',
  LessThanThreshold: '<',
};

describe('the figures of alarms', () => {
  it('are those that the runbook’s readers know, of each', () => {
    const made = allAlarms.map(([, { Properties }]) => {
      const {
        AlarmName,
        ComparisonOperator,
        Threshold,
        EvaluationPeriods,
        Period,
        Metrics = [],
      } = Properties;
      const period =
        Period ?? Metrics.find((metric: { MetricStat?: object }) => metric.MetricStat).MetricStat.Period;
      const name = String(AlarmName).replace(/^Spinneret-/, '');
      return [name, [signs[ComparisonOperator], Threshold, EvaluationPeriods, period]];
    });
    expect(Object.fromEntries(made)).toEqual(figures);
  });

  it('are of what each function and queue does', () => {
    const watched = allAlarms.flatMap(([, { Properties }]) => {
      const { AlarmName, MetricName: metric, Statistic, ExtendedStatistic, Dimensions } = Properties;
      if (metric === undefined) return [];
      const of = /"(?:Ref|Fn::GetAtt)":\[?"(\w+?)(?:Queue)?[0-9A-F]{8}"/.exec(
        JSON.stringify(Dimensions),
      )?.[1];
      return `${String(AlarmName).replace(/^Spinneret-/, '')}: ${Statistic ?? ExtendedStatistic} of ${of ?? 'all'} ${metric}`;
    });
    expect(watched).toEqual([
      'StartsMissed: Maximum of MissedStarts ApproximateNumberOfMessagesVisible',
      'OldestMessage: Maximum of Work ApproximateAgeOfOldestMessage',
      'OldestBrowserMessage: Maximum of Browser ApproximateAgeOfOldestMessage',
      'TableWritesThrottled: Sum of Ledger WriteThrottleEvents',
      'TableReadsThrottled: Sum of Ledger ReadThrottleEvents',
      'Faults: Sum of all Faults',
      'StartErrors: Sum of Start Errors',
      'WorkerErrors: Sum of Worker Errors',
      'BrowserErrors: Sum of Browser Errors',
      'FinishErrors: Sum of Finish Errors',
      'DeadLetterErrors: Sum of DeadLetter Errors',
      'WatchdogErrors: Sum of Watchdog Errors',
      'WorkerThrottles: Sum of Worker Throttles',
      'BrowserThrottles: Sum of Browser Throttles',
      'WorkerStoppedAsLoop: Sum of Worker RecursiveInvocationsDropped',
      'BrowserStoppedAsLoop: Sum of Browser RecursiveInvocationsDropped',
      'DeadLetterStoppedAsLoop: Sum of DeadLetter RecursiveInvocationsDropped',
      'FinishStoppedAsLoop: Sum of Finish RecursiveInvocationsDropped',
      'WorkerDuration: p99 of Worker Duration',
      'BrowserDuration: p99 of Browser Duration',
      'FinishDuration: p99 of Finish Duration',
      'DeadLetters: Maximum of DeadLetters ApproximateNumberOfMessagesVisible',
      'Graveyard: Maximum of Graveyard ApproximateNumberOfMessagesVisible',
      'FinishDeadLetters: Maximum of FinishDeadLetters ApproximateNumberOfMessagesVisible',
      'RunFailures: Maximum of all RunFailureShare',
      'RunsHalted: Sum of all RunsHalted',
      'RunsStalled: Sum of all RunsStalled',
      'CanaryMissed: Sum of all CanaryFinished',
    ]);
  });
});

describe('alarms and dashboard', () => {
  it('watch only metrics that the functions emit, by the stack alone', () => {
    const body = JSON.stringify(template.toJSON()).replaceAll('\\"', '"');
    const named = new RegExp(`"${metricNamespace}","(\\w+)","(\\w+)","(\\w+)"`, 'g');
    const watched = [...body.matchAll(named)];
    expect(watched.length).toBeGreaterThan(10);
    expect(watched.filter(([, name = '']) => !(name in metricUnits))).toEqual([]);
    expect(new Set(watched.map(([, , dimension, value]) => `${dimension}=${value}`))).toEqual(
      new Set(['service=Spinneret']),
    );
  });

  it('know a worker near its timeout, whatever that is', () => {
    const changed = templateOf({ aws: 'workerTimeoutMs: 300000\nvisibilityMs: 1800000\n' });
    expect(resourceOf(changed, 'AWS::CloudWatch::Alarm', 'WorkerDurationAlarm').Properties['Threshold']).toBe(
      270_000,
    );
  });

  it.each(['StartErrors', 'FinishErrors'])(
    'tell of the first failure (%s): no other may follow soon',
    (id) => {
      const { Threshold, EvaluationPeriods } = propertiesOf(id);
      expect([Threshold, EvaluationPeriods]).toEqual([1, 1]);
    },
  );

  it('tell of a finish that times out once in the visibility of its queue', () => {
    const { Period, EvaluationPeriods } = propertiesOf('FinishDuration');
    const { VisibilityTimeout } = resourceOf(template, 'AWS::SQS::Queue', 'FinishQueue').Properties;
    expect(Period).toBeLessThan(VisibilityTimeout);
    expect(EvaluationPeriods).toBe(1);
  });

  it('tell of faults that are too many in a quarter of an hour', () => {
    expect(propertiesOf('Faults')).toMatchObject({
      MetricName: 'Faults' satisfies MetricName,
      Statistic: 'Sum',
      Period: 900,
      Threshold: 50,
      ComparisonOperator: 'GreaterThanThreshold',
    });
  });

  it('let a batch wait for the longest delay and a repair twice, in seconds as the metric has them', () => {
    const { Threshold, MetricName: name } = propertiesOf('OldestMessage');
    const { VisibilityTimeout } = resourceOf(template, 'AWS::SQS::Queue', 'WorkQueue').Properties;
    const maxDelayS = 900;
    expect(name).toBe('ApproximateAgeOfOldestMessage');
    expect(Threshold).toBeGreaterThanOrEqual(2 * (maxDelayS + VisibilityTimeout) - 60);
    expect(Threshold).toBeLessThan(4 * (maxDelayS + VisibilityTimeout));
  });

  it.each([
    ['StartsMissed', 'MissedStarts'],
    ['Graveyard', 'Graveyard'],
    ['FinishDeadLetters', 'FinishDeadLetters'],
  ])('tell of the first message in a queue that nothing reads (%s)', (id, queue) => {
    const {
      Threshold,
      EvaluationPeriods,
      ComparisonOperator,
      MetricName: name,
      Dimensions,
    } = propertiesOf(id);
    expect({ Threshold, EvaluationPeriods, ComparisonOperator, name }).toEqual({
      Threshold: 1,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      name: 'ApproximateNumberOfMessagesVisible',
    });
    expect(Dimensions[0].Value['Fn::GetAtt'][0]).toMatch(new RegExp(`^${queue}Queue`));
    const isRead = [...resourcesOf(template, 'AWS::Lambda::EventSourceMapping').values()].some(
      ({ Properties }) =>
        Properties['EventSourceArn']['Fn::GetAtt'][0] === Dimensions[0].Value['Fn::GetAtt'][0],
    );
    expect(isRead).toBe(false);
  });

  it('wait with dead letters as long as their function needs to be called, and no longer than its visibility', () => {
    const { Threshold, EvaluationPeriods, Period } = propertiesOf('DeadLetters');
    const { Timeout } = resourceOf(template, 'AWS::Lambda::Function', 'DeadLetter').Properties;
    expect(Threshold).toBe(1);
    expect(EvaluationPeriods * Period).toBeGreaterThan(10 * Timeout);
    expect(EvaluationPeriods * Period).toBeLessThanOrEqual(3_600);
  });

  it.each([
    ['WorkerDuration', 'Worker'],
    ['FinishDuration', 'Finish'],
  ])('know %s by nine tenths of the function’s time, in milliseconds', (id, made) => {
    const { Threshold, ExtendedStatistic, MetricName: name } = propertiesOf(id);
    const { Timeout } = resourceOf(template, 'AWS::Lambda::Function', made).Properties;
    expect([name, ExtendedStatistic]).toEqual(['Duration', 'p99']);
    expect(Threshold / (1_000 * Timeout)).toBeCloseTo(0.9);
  });

  it.each(['WorkerErrors', 'DeadLetterErrors'])(
    'bear with some failures of what is called again (%s)',
    (id) => {
      const { Threshold, EvaluationPeriods, Period } = propertiesOf(id);
      expect(Threshold * EvaluationPeriods).toBe(10);
      expect(EvaluationPeriods * Period).toBeLessThanOrEqual(900);
    },
  );

  it.each(['TableWritesThrottled', 'TableReadsThrottled'])(
    'bear with what DynamoDB refuses while it grows (%s)',
    (id) => {
      const { Threshold, EvaluationPeriods, Period, ComparisonOperator } = propertiesOf(id);
      expect([Threshold, EvaluationPeriods, Period]).toEqual([100, 3, 300]);
      expect(ComparisonOperator).toBe('GreaterThanThreshold');
    },
  );

  it('tell of a run that paused itself at once, and of refused calls after a quarter of an hour', () => {
    const { Threshold, EvaluationPeriods } = propertiesOf('RunsHalted');
    expect([Threshold, EvaluationPeriods]).toEqual([1, 1]);
    const throttles = propertiesOf('WorkerThrottles');
    expect([throttles['Threshold'], throttles['EvaluationPeriods'] * throttles['Period']]).toEqual([1, 900]);
  });

  it('call a backlog stuck after a quarter of an hour: longer than a worker lives', () => {
    const { Metrics, EvaluationPeriods } = propertiesOf('NoProgress');
    const periods = Metrics.flatMap(
      (metric: { MetricStat?: { Period: number } }) => metric.MetricStat?.Period ?? [],
    );
    expect([...new Set(periods)]).toEqual([900]);
    expect(EvaluationPeriods).toBe(1);
    const { Timeout } = resourceOf(template, 'AWS::Lambda::Function', 'Worker').Properties;
    expect(900).toBeGreaterThan(Timeout);
  });

  it('miss a canary that has not finished twice, and what is not measured is missed', () => {
    const made = templateOf({ aws: "canary: { url: 'https://example.com/', everyMinutes: 30 }\n" });
    const { Properties } = resourceOf(made, 'AWS::CloudWatch::Alarm', 'CanaryMissedAlarm');
    expect(Properties).toMatchObject({
      MetricName: 'CanaryFinished' satisfies MetricName,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      EvaluationPeriods: 2,
      TreatMissingData: 'breaching',
    });
    const [schedule] = [...resourcesOf(made, 'AWS::Scheduler::Schedule').values()];
    expect(schedule?.Properties['ScheduleExpression']).toBe(`rate(${Properties['Period'] / 60} minutes)`);
    expect(JSON.parse(schedule?.Properties['Target'].Input).job).toMatchObject({ name: canaryJob });
  });

  it('take the share of failures from the settings', () => {
    const changed = templateOf({ aws: 'failureShare: 0.07\n' });
    expect(resourceOf(changed, 'AWS::CloudWatch::Alarm', 'RunFailuresAlarm').Properties['Threshold']).toBe(
      0.07,
    );
  });

  it('call a backlog stuck only while no page comes to its end', () => {
    const { Metrics } = resourceOf(template, 'AWS::CloudWatch::Alarm', 'NoProgressAlarm').Properties;
    const names = Metrics.map(
      (metric: { MetricStat?: { Metric: { MetricName: string } } }) => metric.MetricStat?.Metric.MetricName,
    );
    expect(names).toEqual([undefined, 'ApproximateNumberOfMessagesVisible', 'Pages']);
  });
});

describe('the alarm over a formula', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ['http://127.0.0.1:4566', false],
    ['http://ministack:4566', true],
  ])('with all of AWS at %s is there: %s', (endpoint, isThere) => {
    vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
    const names = [...resourcesOf(templateOf(), 'AWS::CloudWatch::Alarm').keys()];
    expect(names.some((name) => name.startsWith('NoProgress'))).toBe(isThere);
    expect(names.length).toBeGreaterThan(10);
  });
});
