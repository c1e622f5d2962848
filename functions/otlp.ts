/**
 * The only file that depends on OpenTelemetry: functions/telemetry.ts loads it if the setting is there. It imports
 * only types of ours: esbuild would wrap other imports for late evaluation, in every function.
 */
import { type Counter, DiagLogLevel, diag, type Histogram, type Meter } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import type { MetricName, MetricUnit } from '../shared/deployment/metric-names.ts';

export interface OtlpOptions {
  /** Name of the meter. */
  namespace: string;
  units: Record<MetricName, MetricUnit>;
  /** Service name of the resource. */
  stack: string;
  /** Base URL; metrics go to `v1/metrics` below it (OTLP specification, "OTLP/HTTP request"). */
  endpoint: string;
  env: NodeJS.ProcessEnv;
  timeoutMs: number;
  /** Called with what a receiver says of metrics that it accepted only in part. */
  onWarning(message: string): void;
}

export interface Otlp {
  record(name: MetricName, value: number): void;
  /** Sends what was recorded since the last call. Rejects when the receiver did not accept it; it is lost then. */
  send(headers: Record<string, string>): Promise<void>;
}

/** Units of measure in UCUM, which OpenTelemetry requires ("Metrics semantic conventions", instrument units). */
const ucum: Record<MetricUnit, string> = { Count: '1', Bytes: 'By', Milliseconds: 'ms', None: '1' };

/** Buckets for shares and US dollars: the library's own are made for milliseconds. */
const smallBuckets = [0.0001, 0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 1];

/** Collects on demand: a timer does not run while Lambda has frozen the process. */
class ReaderByHand extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

export function openOtlp(options: OtlpOptions): Otlp {
  const { namespace, units, stack, endpoint, env, timeoutMs, onWarning } = options;
  listenTo(onWarning);
  // Deltas: an instance lives for minutes, and the last totals of ended ones would not be added up.
  const reader = new ReaderByHand({ aggregationTemporalitySelector: () => AggregationTemporality.DELTA });
  const resource = resourceFromAttributes(attributesOf(stack, env));
  const meter = new MeterProvider({ resource, readers: [reader] }).getMeter(namespace);
  const recorders = new Map<MetricName, (value: number) => void>();
  return {
    record(name, value) {
      let recorder = recorders.get(name);
      if (recorder === undefined) {
        recorder = recorderOf(meter, name, units[name]);
        recorders.set(name, recorder);
      }
      recorder(value);
    },
    async send(headers) {
      const exporter = new OTLPMetricExporter({
        url: `${endpoint.replace(/\/+$/, '')}/v1/metrics`,
        headers,
        timeoutMillis: timeoutMs,
        // A kept connection breaks while the process is frozen, and the next metrics would be lost with it.
        keepAlive: false,
      });
      const { resourceMetrics, errors } = await reader.collect();
      if (errors.length > 0) throw errors[0];
      await new Promise<void>((resolve, reject) => {
        exporter.export(resourceMetrics, ({ error, code }) => {
          // 0 is SUCCESS of `ExportResultCode` (@opentelemetry/core).
          if (code === 0) resolve();
          else reject(error ?? new Error('the exporter gave no reason'));
        });
      });
    },
  };
}

/** Names by OpenTelemetry's semantic conventions: `service`, `faas`, `cloud`. */
function attributesOf(stack: string, env: NodeJS.ProcessEnv): Record<string, string> {
  const attributes = {
    'service.name': stack,
    'cloud.provider': 'aws',
    'cloud.region': env['AWS_REGION'],
    'faas.name': env['AWS_LAMBDA_FUNCTION_NAME'],
    // A series has one writer (OpenTelemetry data model, "Single-Writer"): without this attribute all instances
    // would write the same one.
    'faas.instance': env['AWS_LAMBDA_LOG_STREAM_NAME'],
  };
  return Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function recorderOf(meter: Meter, name: MetricName, unit: MetricUnit): (value: number) => void {
  const options = { unit: ucum[unit] };
  switch (unit) {
    case 'Count':
    case 'Bytes': {
      const counter: Counter = meter.createCounter(name, options);
      return (value) => counter.add(value);
    }
    case 'Milliseconds': {
      const histogram: Histogram = meter.createHistogram(name, options);
      return (value) => histogram.record(value);
    }
    case 'None': {
      const advice = { explicitBucketBoundaries: smallBuckets };
      const histogram: Histogram = meter.createHistogram(name, { ...options, advice });
      return (value) => histogram.record(value);
    }
    default:
      return unit satisfies never;
  }
}

function listenTo(onWarning: (message: string) => void): void {
  const say = (...words: unknown[]) => onWarning(words.map(String).join(' '));
  const silent = () => undefined;
  diag.setLogger(
    { error: say, warn: say, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
