import { Duration, type Stack } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../shared/deployment/metric-names.ts';
import { metricNamespace } from '../shared/deployment/metric-names.ts';
import type { Functions } from './functions.ts';

/** A metric that the functions emit; by default its sum over five minutes. */
export function emitted(stack: Stack, metricName: MetricName, options: MetricOptions = {}): Metric {
  return new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { service: stack.stackName },
    statistic: Stats.SUM,
    period: Duration.minutes(5),
    ...options,
  });
}

/** The sum of one metric over all functions. */
export function overFunctions(functions: Functions, what: 'Errors' | 'Throttles'): IMetric {
  // Ids are unique in the whole graph, not per expression.
  const usingMetrics = Object.fromEntries(
    Object.entries(functions).map(([name, made]) => {
      return [`${name}${what}`, made.metric(what, { statistic: Stats.SUM })];
    }),
  );
  return new MathExpression({
    label: what,
    expression: Object.keys(usingMetrics)
      .map((id) => `FILL(${id}, 0)`)
      .join(' + '),
    usingMetrics,
    period: Duration.minutes(5),
  });
}
