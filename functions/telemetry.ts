import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionSettings } from '../shared/deployment/function-settings.ts';
import { type MetricName, metricNamespace, metricUnits } from '../shared/deployment/metric-names.ts';
import { telemetryMs } from '../shared/deployment/worker-times.ts';
import { HaltError } from '../shared/errors.ts';
import type { Otlp } from './otlp.ts';
import { parseHeaders } from './otlp-headers.ts';
import { readSecrets } from './read-secrets.ts';

export type TelemetrySettings = NonNullable<FunctionSettings['telemetry']>;

/** OpenTelemetry in addition to CloudWatch, if configured: docs/decisions/opentelemetry-by-choice.md. */
export interface Telemetry {
  record(name: MetricName, value: number): void;
  /**
   * Sends what was recorded. Never rejects, and takes `telemetryMs` at most: an unreachable receiver fails no
   * event.
   */
  send(): Promise<void>;
}

export interface TelemetryOptions {
  stack: string;
  settings: TelemetrySettings;
  logger: Record<'warn' | 'info', (message: string, details: Record<string, unknown>) => void>;
  /** The pause after a failure, so that an unreachable receiver does not add to the billed time of every event. */
  pauseMs?: number;
}

/** Loads OpenTelemetry with the first metrics that are to be sent. */
export function openTelemetry({ stack, settings, logger, pauseMs = 60_000 }: TelemetryOptions): Telemetry {
  const { otlpEndpoint: endpoint, headersSecret } = settings;
  const recorded: [MetricName, number][] = [];
  const warned = new Set<string>();
  let otlp: Otlp | undefined;
  let headers: Record<string, string> | undefined;
  let pausedUntil = 0;
  let lostSends = 0;

  const onWarning = (message: string) => {
    if (warned.has(message)) return;
    warned.add(message);
    logger.warn('the receiver of telemetry complains', { code: 'TELEMETRY_FAILED', reason: message });
  };
  const sendAll = async () => {
    const { openOtlp } = await import('./otlp.ts');
    otlp ??= openOtlp({
      ...{ namespace: metricNamespace, units: metricUnits },
      ...{ stack, endpoint, env: process.env, timeoutMs: telemetryMs, onWarning },
    });
    for (const [name, value] of recorded.splice(0)) otlp.record(name, value);
    if (Date.now() < pausedUntil) return false;
    headers ??= await readHeaders(stack, headersSecret);
    await otlp.send(headers);
    return true;
  };
  return {
    record: (name, value) => void recorded.push([name, value]),
    async send() {
      if (recorded.length === 0) return;
      try {
        const wasSent = await within(telemetryMs, sendAll());
        if (!wasSent || lostSends === 0) return;
        logger.info('telemetry is sent again', { lostSends });
        lostSends = 0;
      } catch (error) {
        pausedUntil = Date.now() + pauseMs;
        // The secret may have changed meanwhile.
        headers = undefined;
        lostSends += 1;
        if (lostSends > 1) return;
        const reason = error instanceof Error ? error.message : String(error);
        logger.warn('telemetry could not be sent', { code: 'TELEMETRY_FAILED', reason });
      }
    },
  };
}

async function readHeaders(stack: string, name: string | undefined): Promise<Record<string, string>> {
  if (name === undefined) return {};
  const { [name]: text } = await readSecrets(stack, [name]);
  if (text === undefined) throw new HaltError('ENV_MISSING', `${name} is not in the Parameter Store`);
  return parseHeaders(text);
}

/** Rejects when the time is over; what was begun ends by itself, without effect. */
async function within<T>(limitMs: number, promise: Promise<T>): Promise<T> {
  const over = new AbortController();
  const timeout = sleep(limitMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`no answer within ${limitMs} ms`);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    over.abort();
    timeout.catch(() => undefined);
    promise.catch(() => undefined);
  }
}
