import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openWatch, type Received } from '../../functions/watch.ts';
import { costOf, usageCounts } from '../../shared/cost/cost.ts';
import { HaltError } from '../../shared/errors.ts';
import { type Batch, formatVersion } from '../../shared/model.ts';
import type { Tally } from '../../shared/observe/tally.ts';
import { openOtlpReceiver } from './otlp-receiver.ts';

const request = { kind: 'page', url: 'https://h.test/', label: '', depth: 0, attempt: 0 } as const;
const batch: Batch = { v: formatVersion, run: 'r', id: 'b', host: 'h.test', requests: [request] };
const waitedMs = 60_000;

function received(changed: Partial<Batch> = {}, receives = 1): Received {
  const delivery = { batch: { ...batch, ...changed }, receipt: '', receives };
  return { sentAt: Date.now() - waitedMs, delivery };
}

/** The metrics of an event, as a receiver gets them, by name. */
async function metricsOf(messages: Received[], tally: Partial<Tally> = {}) {
  await using receiver = await openOtlpReceiver();
  const watch = openWatch({ stack: 'Tested', telemetry: { otlpEndpoint: receiver.origin } });
  await watch.report({ counts: {}, fetchMs: [], leaseConflicts: 0, halted: 0, ...tally }, messages);
  const points = receiver.exports.flatMap((sent) => sent.points);
  return new Map(points.map((point) => [point['name'], point]));
}

describe('QueueMs', () => {
  it('is how long batches that were due have waited', async () => {
    const waited = (await metricsOf([received(), received()])).get('QueueMs');
    expect(waited).toMatchObject({ count: 2 });
    expect(Number(waited?.['sum'])).toBeGreaterThanOrEqual(2 * waitedMs);
    expect(Number(waited?.['sum'])).toBeLessThan(2 * waitedMs + 20_000);
  });

  it.each<[why: string, message: Received]>([
    ['waited for its turn', received({ slot: { firstAt: 1, count: 1, spacingMs: 1, slackMs: 1 } })],
    ['stood in line for its host', received({ place: 1 })],
    ['came back after a crash', received({ crashes: 1 })],
    ['was sent again after a fault', received({ faults: 1 })],
    ['went round with nothing to do', received({ idle: { rounds: 1, since: 1 } })],
    ['was handed on by an older process', received({ handedOn: 1 })],
    ['has a request that is not due', received({ requests: [request, { ...request, notBefore: 1 }] })],
    ['was received before', received({}, 2)],
    ['is of a newer version, of which nothing is known', received({ v: formatVersion + 1 })],
  ])('leaves out a batch that %s', async (_, message) => {
    expect((await metricsOf([message])).get('QueueMs')).toBeUndefined();
    expect((await metricsOf([message, received()])).get('QueueMs')).toMatchObject({ count: 1 });
  });

  it('has as many values as the embedded metric format takes, and no more', async () => {
    const messages = Array.from({ length: 101 }, () => received());
    const metrics = await metricsOf(messages, { fetchMs: Array(101).fill(7) });
    expect(metrics.get('QueueMs')).toMatchObject({ count: 100 });
    expect(metrics.get('FetchMs')).toMatchObject({ count: 100, sum: 700 });
  });
});

describe('the metrics of an event', () => {
  it('have what was counted, each failure in its group', async () => {
    const counts = { stored: 5, failed: 3, skipped: 2, 'failed:HTTP_503': 2, 'failed:TIMEOUT': 1, items: 9 };
    const used = usageCounts({ writeUnits: 2e6, readUnits: 4e6 });
    const metrics = await metricsOf([], {
      counts: { ...counts, retries: 4, bytes: 1_000, duplicates: 6, 'skipped:REDIRECTED': 2, ...used },
      leaseConflicts: 1,
      halted: 2,
    });
    const values = Object.fromEntries([...metrics].map(([name, { value }]) => [name, value]));
    expect(values).toMatchObject({
      ...{ Pages: 10, Items: 9, Failures: 3, Retries: 4, Bytes: 1_000, Duplicates: 6 },
      ...{ LeaseConflicts: 1, RunsHalted: 2, WriteUnits: 2e6, ReadUnits: 4e6 },
    });
    const { sum: costUsd } = metrics.get('CostUsd') ?? {};
    expect(costUsd).toBeCloseTo(costOf({ writeUnits: 2e6, readUnits: 4e6 }).totalUsd, 6);
    expect(costUsd).toBeGreaterThan(1);
    const groups = Object.entries(values).filter(([name]) => /^Failures./.test(name));
    expect(Object.fromEntries(groups)).toEqual({ FailuresBusy: 2, FailuresNetwork: 1 });
  });

  it('have conflicts, halts and faults only where there were any, and faults once', async () => {
    const quiet = await metricsOf([]);
    for (const name of ['LeaseConflicts', 'RunsHalted', 'Faults']) expect(quiet.has(name)).toBe(false);
    await using receiver = await openOtlpReceiver();
    const watch = openWatch({ stack: 'Tested', telemetry: { otlpEndpoint: receiver.origin } });
    watch.fault(new Error('the network is down'));
    watch.fault('no error');
    const nothing = { counts: {}, fetchMs: [], leaseConflicts: 0, halted: 0 };
    for (let event = 0; event < 2; event += 1) await watch.report(nothing, []);
    const faults = receiver.exports.map(({ points }) => points.find(({ name }) => name === 'Faults')?.value);
    expect(faults).toEqual([2, undefined]);
  });
});

describe('the end of an event', () => {
  it('is logged with its batches and counts', async () => {
    const stdout = vi.spyOn(process.stdout, 'write');
    onTestFinished(() => stdout.mockRestore());
    await metricsOf([received(), received()], { counts: { stored: 3 } });
    const lines = stdout.mock.calls
      .map(([line]) => String(line))
      .filter((line) => line.includes('"message"'));
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { level: 'INFO', message: 'event done', batches: 2, counts: { stored: 3 } },
    ]);
  });
});

describe('a fault', () => {
  it.each<[what: string, error: unknown, logged: object]>([
    [
      'with a code',
      new HaltError('ENV_MISSING', 'no KEY'),
      { code: 'ENV_MISSING', error: { name: 'HaltError', message: 'no KEY' } },
    ],
    ['of a program', new TypeError('a bug'), { code: 'UNEXPECTED', error: { message: 'a bug' } }],
    [
      'that is no error',
      'the network is down',
      { code: 'UNEXPECTED', error: { message: 'the network is down' } },
    ],
  ])('%s is logged with its text, and with the batch it stopped', (_, error, logged) => {
    const stderr = vi.spyOn(process.stderr, 'write');
    onTestFinished(() => stderr.mockRestore());
    const watch = openWatch({ stack: 'Tested' });
    watch.fault(error);
    watch.fault(error, received({}, 3).delivery);
    const lines = stderr.mock.calls.map(([line]): unknown => JSON.parse(String(line)));
    expect(lines).toMatchObject([
      { message: 'a call failed', ...logged },
      { message: 'a batch could not be finished', ...logged, run: 'r', batch: 'b', receives: 3 },
    ]);
    expect(lines[0]).not.toHaveProperty('run');
  });
});
