import { type Code, isBusyStatus } from '../errors.ts';

/** The CloudWatch namespace of all metrics. */
export const metricNamespace = 'Spinneret';

/**
 * Every custom metric and its unit, in the namespace `metricNamespace`. functions/ emit them in the embedded
 * metric format, infra/ watches them. Their only dimension is `service`, the stack's name: each combination
 * of dimensions is billed as a metric of its own, so a host, a URL or a run is never one.
 */
export const metricUnits = {
  /** Pages that ended: stored, failed, skipped or cancelled. */
  Pages: 'Count',
  Items: 'Count',
  /** Pages that failed for good; the sum of the groups below. */
  Failures: 'Count',
  /** An error status that will not pass, such as 403 or 404. */
  FailuresHttp: 'Count',
  /** 429, 5xx and the like, after the last attempt. */
  FailuresBusy: 'Count',
  /** Name, connection, TLS, time-out. */
  FailuresNetwork: 'Count',
  /** An answer that could not be read: too large, corrupt, not what the job expects. */
  FailuresContent: 'Count',
  /** The process died while working on it. */
  FailuresCrash: 'Count',
  FailuresOther: 'Count',
  /** Fetches that failed and will be tried again. */
  Retries: 'Count',
  /** Batches that met a fault of the network or AWS and were sent again. */
  Faults: 'Count',
  /** One fetch, first byte sent to last byte read. */
  FetchMs: 'Milliseconds',
  /** From when a batch was due to when it was received. */
  QueueMs: 'Milliseconds',
  /** Of bodies, after decompression. */
  Bytes: 'Bytes',
  /** Links to URLs that were admitted before. */
  Duplicates: 'Count',
  /** Leases that another process held, and commits whose fence was old. */
  LeaseConflicts: 'Count',
  /** DynamoDB request units. */
  WriteUnits: 'Count',
  ReadUnits: 'Count',
  /** Estimated from the usage and the dated price file. */
  CostUsd: 'None',
  RunsStarted: 'Count',
  RunsFinished: 'Count',
  /** Runs of the canary that ended with their page. */
  CanaryFinished: 'Count',
  /** Runs that a fault paused: their job or deployment has to be corrected. */
  RunsHalted: 'Count',
  /** Runs for which no messages are left, each time one is repaired. */
  RunsStalled: 'Count',
  /** Once per finished run: failed pages / pages, from 0 to 1. */
  RunFailureShare: 'None',
} as const satisfies Record<string, MetricUnit>;

export type MetricUnit = 'Count' | 'Milliseconds' | 'Bytes' | 'None';

export type MetricName = keyof typeof metricUnits;

/** The groups of failures; the codes themselves are in the run's counts and in the logs. */
export const failureMetrics = [
  'FailuresHttp',
  'FailuresBusy',
  'FailuresNetwork',
  'FailuresContent',
  'FailuresCrash',
  'FailuresOther',
] as const satisfies MetricName[];

export type FailureMetric = (typeof failureMetrics)[number];

/** The group to which a failure of this code is added, besides `Failures`. */
export function failureMetricOf(code: Code): FailureMetric {
  if (code.startsWith('HTTP_')) {
    return code === 'HTTP_BUSY' || isBusyStatus(Number(code.slice('HTTP_'.length)))
      ? 'FailuresBusy'
      : 'FailuresHttp';
  }
  return groupByCode[code] ?? 'FailuresOther';
}

const groupByCode: Partial<Record<Code, FailureMetric>> = {
  DNS_FAILED: 'FailuresNetwork',
  CONNECT_FAILED: 'FailuresNetwork',
  CONNECT_TIMEOUT: 'FailuresNetwork',
  TLS_FAILED: 'FailuresNetwork',
  HEADERS_TIMEOUT: 'FailuresNetwork',
  BODY_TIMEOUT: 'FailuresNetwork',
  TIMEOUT: 'FailuresNetwork',
  CONNECTION_LOST: 'FailuresNetwork',
  BODY_TOO_LARGE: 'FailuresContent',
  BODY_CORRUPT: 'FailuresContent',
  RESPONSE_INVALID: 'FailuresContent',
  EXTRACT_FAILED: 'FailuresContent',
  HANDLER_FAILED: 'FailuresContent',
  HANDLER_TIMEOUT: 'FailuresContent',
  SITEMAP_INVALID: 'FailuresContent',
  REST_INVALID: 'FailuresContent',
  REST_CYCLE: 'FailuresContent',
  REST_EMPTY: 'FailuresContent',
  BATCH_CRASHED: 'FailuresCrash',
};
