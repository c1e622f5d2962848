import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { SQSRecord } from 'aws-lambda';
import type { Delivery } from '../shared/coordination/ports.ts';
import { costOf, usageOf } from '../shared/cost/cost.ts';
import type { FunctionSettings } from '../shared/deployment/function-settings.ts';
import {
  failureMetricOf,
  type MetricName,
  metricNamespace,
  metricUnits,
} from '../shared/deployment/metric-names.ts';
import { type Code, SpinneretError } from '../shared/errors.ts';
import { type Counts, isNewer } from '../shared/model.ts';
import { finishedPages } from '../shared/observe/run-view.ts';
import type { Tally } from '../shared/observe/tally.ts';
import { openTelemetry, type Telemetry } from './telemetry.ts';

/** Logs and metrics of a function. No host or URL is a dimension; texts of errors may name them. */
export interface Watch {
  info(message: string, details: Record<string, unknown>): void;
  fault(error: unknown, delivery?: Delivery): void;
  /** Logs the record and returns an empty list: no delivery is made of it, and its queue moves it to the dead letters. */
  unreadable(record: SQSRecord): [];
  metric(name: MetricName, value: number): void;
  /** Writes the metrics recorded so far, and sends them where the settings say. Never rejects. */
  publish(): Promise<void>;
  /** One log line and the metrics of one event. */
  report(tally: Tally, received: Received[]): Promise<void>;
}

/** A message as it arrived: epoch ms. */
export interface Received {
  sentAt: number;
  delivery: Delivery;
}

export type WatchSettings = Pick<FunctionSettings, 'stack' | 'telemetry'>;

/** The maximum number of values of one metric in the embedded metric format. */
const maxValues = 100;

export function openWatch({ stack, telemetry: settings }: WatchSettings): Watch {
  const logger = new Logger({ serviceName: stack });
  const metrics = new Metrics({ namespace: metricNamespace, serviceName: stack });
  const telemetry = telemetryOf({ stack, telemetry: settings }, logger);
  let faults = 0;
  const metric = (name: MetricName, value: number) => {
    metrics.addMetric(name, metricUnits[name], value);
    telemetry?.record(name, value);
  };
  const publish = async () => {
    metrics.publishStoredMetrics();
    await telemetry?.send();
  };
  return {
    info: (message, details) => logger.info(message, details),
    fault(error, delivery) {
      const code = error instanceof SpinneretError ? error.code : 'UNEXPECTED';
      const batch = delivery && {
        run: delivery.batch.run,
        batch: delivery.batch.id,
        receives: delivery.receives,
      };
      faults += 1;
      const what = batch === undefined ? 'a call failed' : 'a batch could not be finished';
      logger.error(what, { code, ...batch, error: asError(error) });
    },
    unreadable(record) {
      logger.error('a message is no batch', { messageId: record.messageId });
      return [];
    },
    metric,
    publish,
    async report(tally, received) {
      reportCounts(metric, tally.counts);
      for (const ms of tally.fetchMs.slice(0, maxValues)) metric('FetchMs', ms);
      for (const ms of queueMs(received).slice(0, maxValues)) metric('QueueMs', ms);
      if (tally.leaseConflicts > 0) metric('LeaseConflicts', tally.leaseConflicts);
      if (tally.halted > 0) metric('RunsHalted', tally.halted);
      if (faults > 0) metric('Faults', faults);
      faults = 0;
      logger.info('event done', { batches: received.length, counts: tally.counts });
      await publish();
    },
  };
}

/**
 * One per process, although each event opens a watch: it caches the headers, and remembers that a receiver failed.
 */
const opened = new Map<string, Telemetry>();

function telemetryOf({ stack, telemetry }: WatchSettings, logger: Logger): Telemetry | undefined {
  if (telemetry === undefined) return undefined;
  const key = JSON.stringify([stack, telemetry]);
  const ofStack = opened.get(key) ?? openTelemetry({ stack, settings: telemetry, logger });
  opened.set(key, ofStack);
  return ofStack;
}

function reportCounts(metric: Watch['metric'], counts: Counts): void {
  const { items = 0, failed = 0, retries = 0, bytes = 0, duplicates = 0 } = counts;
  const { writeUnits = 0, readUnits = 0 } = usageOf(counts);
  metric('Pages', finishedPages(counts));
  metric('Items', items);
  metric('Failures', failed);
  metric('Retries', retries);
  metric('Bytes', bytes);
  metric('Duplicates', duplicates);
  metric('WriteUnits', writeUnits);
  metric('ReadUnits', readUnits);
  metric('CostUsd', costOf(usageOf(counts)).totalUsd);
  for (const [name, value] of Object.entries(counts)) {
    const [end, code] = name.split(':');
    if (end === 'failed' && code !== undefined) metric(failureMetricOf(code as Code), value);
  }
}

/** Time in the queue of each batch that was sent for the first time, to be worked on at once: milliseconds. */
function queueMs(received: Received[]): number[] {
  return received
    .filter(({ delivery: { batch, receives } }) => receives === 1 && !isNewer(batch) && !isDelayed(batch))
    .map(({ sentAt }) => Math.max(0, Date.now() - sentAt));
}

function isDelayed({ slot, place, crashes, faults, idle, handedOn, requests }: Delivery['batch']): boolean {
  const wasSentAgain = [slot, place, crashes, faults, idle, handedOn].some((mark) => mark !== undefined);
  return wasSentAgain || requests.some(({ notBefore }) => notBefore !== undefined);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
