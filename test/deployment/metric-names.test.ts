import { describe, expect, it } from 'vitest';
import { failureMetricOf, failureMetrics, metricUnits } from '../../shared/deployment/metric-names.ts';
import { errorCatalogue } from '../../shared/error-codes.ts';
import type { Code } from '../../shared/errors.ts';

describe('failureMetricOf', () => {
  it.each<[Code, string]>([
    ['HTTP_404', 'FailuresHttp'],
    ['HTTP_429', 'FailuresBusy'],
    ['HTTP_503', 'FailuresBusy'],
    ['HTTP_501', 'FailuresHttp'],
    ['DNS_FAILED', 'FailuresNetwork'],
    ['HANDLER_FAILED', 'FailuresContent'],
    ['BATCH_CRASHED', 'FailuresCrash'],
    ['ADDRESS_REFUSED', 'FailuresOther'],
  ])('counts %s among %s', (code, group) => {
    expect(failureMetricOf(code)).toBe(group);
  });

  it('gives every code a metric that has a unit', () => {
    const groups = Object.keys(errorCatalogue).map((code) => failureMetricOf(code as Code));
    expect(groups.filter((group) => !failureMetrics.includes(group) || !(group in metricUnits))).toEqual([]);
  });
});
