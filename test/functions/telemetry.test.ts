import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bundle } from '../../bench/lambda/bundle.ts';
import { parseHeaders } from '../../functions/otlp-headers.ts';
import { openTelemetry } from '../../functions/telemetry.ts';
import { openWatch } from '../../functions/watch.ts';
import { reportMs, telemetryMs } from '../../shared/deployment/worker-times.ts';
import { freePort } from '../../testing/free-port.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { openOtlpReceiver } from './otlp-receiver.ts';

const root = join(import.meta.dirname, '../..');
/** AGGREGATION_TEMPORALITY_DELTA of the protocol. */
const temporality = 1;

describe('metrics by OpenTelemetry', () => {
  let receiver: Awaited<ReturnType<typeof openOtlpReceiver>>;
  let lines: Record<string, unknown>[];
  const note = (message: string, details: object) => {
    lines.push({ message, ...details });
  };
  const logger = { warn: note, info: note };
  beforeEach(async () => {
    lines = [];
    receiver = await openOtlpReceiver();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    await receiver[Symbol.asyncDispose]();
  });

  const open = (pauseMs?: number, otlpEndpoint = receiver.origin) =>
    openTelemetry({
      stack: 'Tested',
      settings: { otlpEndpoint },
      logger,
      ...(pauseMs === undefined ? {} : { pauseMs }),
    });

  it('arrive by name, unit and kind, with what they are of', async () => {
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'Tested-Worker');
    vi.stubEnv('AWS_LAMBDA_LOG_STREAM_NAME', '2026/11/28/[$LATEST]a');
    const watch = openWatch({ stack: 'Tested', telemetry: { otlpEndpoint: `${receiver.origin}/base/` } });
    for (const value of [2, 3]) watch.metric('Pages', value);
    watch.metric('Bytes', 4_096);
    for (const value of [120, 80]) watch.metric('FetchMs', value);
    watch.metric('CostUsd', 0.25);
    await watch.publish();
    expect(receiver.exports).toMatchObject([
      {
        path: '/base/v1/metrics',
        // A kept one would break while the process is frozen.
        headers: { connection: 'close' },
        attributes: {
          'service.name': 'Tested',
          'cloud.provider': 'aws',
          'cloud.region': 'eu-central-1',
          'faas.name': 'Tested-Worker',
          'faas.instance': '2026/11/28/[$LATEST]a',
        },
      },
    ]);
    expect(receiver.exports[0]?.points).toEqual([
      { name: 'Pages', unit: '1', temporality, isMonotonic: true, value: 5 },
      { name: 'Bytes', unit: 'By', temporality, isMonotonic: true, value: 4_096 },
      { name: 'FetchMs', unit: 'ms', temporality, count: 2, sum: 200 },
      { name: 'CostUsd', unit: '1', temporality, count: 1, sum: 0.25 },
    ]);
  });

  it('are sent once each, and nothing where there is nothing', async () => {
    const telemetry = open();
    await telemetry.send();
    expect(receiver.exports).toEqual([]);
    for (const value of [1, 2]) {
      telemetry.record('Items', value);
      await telemetry.send();
    }
    const sent = receiver.exports.map(({ points }) => points.map(({ name, value }) => `${name} ${value}`));
    expect(sent).toEqual([['Items 1'], ['Items 2']]);
    expect(lines).toEqual([]);
  });

  it.each(['hangs', 'drips'] as const)(
    'hold no event up when the receiver %s, and the next one not at all',
    async (mode) => {
      receiver.answer(mode);
      const telemetry = open();
      // The receiver never ends its answer: a call that waited for it would not end either.
      for (let event = 0; event < 3; event += 1) {
        telemetry.record('Items', 1);
        await telemetry.send();
      }
      expect(receiver.exports).toHaveLength(1);
      expect(lines).toMatchObject([{ code: 'TELEMETRY_FAILED' }]);
    },
  );

  it('fail no event when nobody listens', async () => {
    const telemetry = open(undefined, `http://127.0.0.1:${await freePort()}`);
    for (let event = 0; event < 3; event += 1) {
      telemetry.record('Items', 1);
      await telemetry.send();
    }
    expect(lines).toMatchObject([{ code: 'TELEMETRY_FAILED', reason: expect.any(String) }]);
  });

  it('that are refused are said to be lost, once; those after a pause arrive with what it kept back', async () => {
    receiver.answer('refuses');
    const pauseMs = 60_000;
    const telemetry = open(pauseMs);
    const recordAndSend = async (value: number) => {
      telemetry.record('Items', value);
      await telemetry.send();
    };
    await recordAndSend(1);
    await recordAndSend(2);
    expect(receiver.exports).toHaveLength(1);
    receiver.answer('takes');
    const pausedUntil = Date.now() + pauseMs;
    vi.spyOn(Date, 'now').mockImplementation(() => pausedUntil);
    await recordAndSend(4);
    expect(receiver.exports).toHaveLength(2);
    expect(receiver.exports[1]?.points[0]?.value).toBe(6);
    expect(lines).toEqual([
      { message: 'telemetry could not be sent', code: 'TELEMETRY_FAILED', reason: 'Unauthorized' },
      { message: 'telemetry is sent again', lostSends: 1 },
    ]);
  });

  it('that are refused time and again are one line in the log, and one more when it is over', async () => {
    const telemetry = open(0);
    for (const mode of ['refuses', 'refuses', 'takes', 'takes'] as const) {
      receiver.answer(mode);
      telemetry.record('Items', 1);
      await telemetry.send();
    }
    expect(receiver.exports).toHaveLength(4);
    expect(lines.map(({ code, lostSends }) => code ?? lostSends)).toEqual(['TELEMETRY_FAILED', 2]);
  });

  it('know in the next event of the process that a receiver failed, whoever opens the watch', async () => {
    receiver.answer('refuses');
    for (let event = 0; event < 2; event += 1) {
      const watch = openWatch({ stack: 'Tested', telemetry: { otlpEndpoint: receiver.origin } });
      watch.metric('RunsStarted', 1);
      await watch.publish();
    }
    expect(receiver.exports).toHaveLength(1);
  });

  it('that are taken in part are logged, once', async () => {
    receiver.answer('takesHalf');
    const telemetry = open();
    for (let event = 0; event < 2; event += 1) {
      telemetry.record('Items', 1);
      await telemetry.send();
    }
    expect(receiver.exports).toHaveLength(2);
    expect(lines).toMatchObject([{ code: 'TELEMETRY_FAILED', reason: expect.stringContaining('too old') }]);
  });

  it('have an end before the function must', () => {
    expect(telemetryMs).toBeLessThan(reportMs);
  });
});

describe('OpenTelemetry', () => {
  const program = (settings: object) => `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    const { openWatch } = await import(${JSON.stringify(join(root, 'functions/watch.ts'))});
    const watch = openWatch(${JSON.stringify({ stack: 'Tested', ...settings })});
    watch.metric('Pages', 1);
    await watch.publish();
    console.log(JSON.stringify({ otel: loaded.filter((url) => url.includes('/@opentelemetry/')).length }));`;
  const loadedWith = (settings: object) => {
    const args = ['--input-type=module', '--eval', program(settings)];
    const lines = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: 'pipe' })
      .trim()
      .split('\n');
    return JSON.parse(lines.at(-1) ?? '').otel;
  };

  it('is not loaded where the setting is not there', () => {
    expect(loadedWith({})).toBe(0);
    expect(loadedWith({ telemetry: { otlpEndpoint: 'http://127.0.0.1:9' } })).toBeGreaterThan(10);
  });

  it('is in the bundle behind an import() alone, and small', async () => {
    const folder = temporaryFolder();
    const { inputs, outputs } = await bundle({ function: 'start' }, join(folder.path, 'index.mjs'));
    folder.remove();
    const reached = new Set<string>();
    const walk = (path: string): void => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const { path: next, kind, external } of inputs[path]?.imports ?? [])
        if (kind !== 'dynamic-import' && external !== true) walk(next);
    };
    walk(Object.keys(inputs).find((path) => path.endsWith('functions/start.ts')) ?? '');
    const isOtel = (path: string) => path.includes('@opentelemetry/') || path.endsWith('functions/otlp.ts');
    expect(reached.size).toBeGreaterThan(100);
    expect([...reached].filter(isOtel)).toEqual([]);
    const sizes = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
    const bytes = sizes.reduce(
      (sum, [path, { bytesInOutput }]) => sum + (isOtel(path) ? bytesInOutput : 0),
      0,
    );
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(160_000);
  });
});

describe('parseHeaders', () => {
  it('reads pairs as OTEL_EXPORTER_OTLP_HEADERS has them', () => {
    expect(parseHeaders('authorization=Bearer%20a=b, x-team = data%2Cweb ,')).toEqual({
      authorization: 'Bearer a=b',
      'x-team': 'data,web',
    });
  });

  it.each(['secret', '=secret', 'a b=secret', 'a=secret%', 'a=secret%0Ax', 'ok=1,é=secret'])(
    'refuses %j, and does not repeat it',
    (text) => {
      const message = /^headersSecret: expected key=value,key2=value2; pair [12] is none$/;
      expect(() => parseHeaders(text)).toThrow(message);
    },
  );
});
