import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultPrices } from '../../shared/cost/cost.ts';
import { watchdogEveryMs } from '../../shared/deployment/function-limits.ts';
import { resourcesOf, templateOf } from './synthesise.ts';

const root = join(import.meta.dirname, '../..');
const template = templateOf();
const { cloudwatch, kms, lambda, sqs } = defaultPrices;

/**
 * Lambda begins with five long polls of a queue, 20 s each, and a mapping with a maximum of concurrency never has fewer
 * (Lambda Developer Guide, "Using Lambda with Amazon SQS").
 */
const pollsPerMonth = (5 * (30 * 86_400)) / 20;

/** An alarm is billed by its metrics; an expression over metrics is none. */
function alarmMetrics(): number {
  return [...resourcesOf(template, 'AWS::CloudWatch::Alarm').values()].reduce((sum, { Properties }) => {
    const metrics: { MetricStat?: object }[] = Properties['Metrics'] ?? [{ MetricStat: {} }];
    return sum + metrics.filter(({ MetricStat }) => MetricStat !== undefined).length;
  }, 0);
}

const looks = (30 * 86_400_000) / watchdogEveryMs;

/** A second, its start included; what it reads and logs is less than a tenth of it. */
const perLook = lambda.perGbSecond * (256 / 1_024) + lambda.perMillionRequests / 1e6;

function rows(): [string, number][] {
  const metrics = alarmMetrics();
  const keys = resourcesOf(template, 'AWS::KMS::Key').size;
  const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').size;
  const polls = mappings * pollsPerMonth;
  return [
    [`alarms over ${metrics} metrics`, metrics * cloudwatch.perAlarmMetricMonth],
    [`${keys} key of KMS, for topics and sessions`, keys * kms.perKeyMonth],
    [
      `polling: ${mappings} queues, ${(polls / 1e6).toFixed(2)} million empty receives`,
      (polls / 1e6) * sqs.perMillionRequests,
    ],
    [`the watchdog: ${looks.toLocaleString('en')} calls of a second`, looks * perLook],
  ];
}

describe('what a stack costs while nothing runs', () => {
  const parts = rows();
  const total = parts.reduce((sum, [, usd]) => sum + usd, 0);
  const lines = [...parts, ['in all', total] as const].map(
    ([what, usd]) => `| ${what} | ${usd.toFixed(2)} |`,
  );

  it('is in the runbook, to the cent', () => {
    expect(readFileSync(join(root, 'docs/operations.md'), 'utf8')).toContain(lines.join('\n'));
  });

  it('is in the README, to the dollar', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8').replace(/\s+/g, ' ');
    expect(readme).toContain(`about $${Math.round(total)} a month`);
  });

  it('has no more resources that are billed by the month than these', () => {
    const billed =
      /^AWS::(EC2::(NatGateway|VPCEndpoint|EIP)|SecretsManager::Secret|WAFv2|ElastiCache|RDS|KMS::ReplicaKey|Logs::(?!LogGroup))/;
    const types = Object.values<{ Type: string }>(template.toJSON()['Resources']).map(({ Type }) => Type);
    expect(types.filter((type) => billed.test(type))).toEqual([]);
    const { size } = resourcesOf(template, 'AWS::CloudWatch::Dashboard');
    expect(size).toBeLessThanOrEqual(cloudwatch.freeDashboards);
  });
});
