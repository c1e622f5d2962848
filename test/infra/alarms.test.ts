import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runbook } from '../../infra/alarms.ts';
import { type MetricName, metricUnits } from '../../shared/deployment/metric-names.ts';
import { metricNamespace } from '../../shared/deployment/names.ts';
import { resourceOf, resourcesOf, templateOf } from './synthesise.ts';

const template = templateOf();
const alarms = [...resourcesOf(template, 'AWS::CloudWatch::Alarm')];
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
  return alarms.map(([, { Properties }]) => link.exec(Properties['AlarmDescription'])?.[1] ?? '');
}

describe('the runbook', () => {
  it('has an article for every alarm, and an alarm for every article', () => {
    expect([...articles().keys()].sort()).toEqual([...new Set(anchorsOfAlarms())].sort());
  });

  it.each([...articles()])('says in %s what happened, where to look and what to do', (_, text) => {
    expect(text).toMatch(/\*Description\.\*[\s\S]*\*Investigation\.\*[\s\S]*\*Resolution\.\*/);
  });
});

describe('every alarm', () => {
  it.each(alarms)(
    '%s tells the topic, also when it is over, and is quiet while nothing runs',
    (_, { Properties }) => {
      expect(Properties['AlarmActions']).toHaveLength(1);
      expect(Properties['OKActions']).toEqual(Properties['AlarmActions']);
      expect(Properties['TreatMissingData']).toBe('notBreaching');
    },
  );
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
