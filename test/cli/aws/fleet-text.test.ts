import { describe, expect, it } from 'vitest';
import { stackFlags } from '../../../cli/aws/aws-options.ts';
import { describeFleet, describeRunOnAws } from '../../../cli/aws/fleet-text.ts';
import { countWorkers } from '../../../cli/aws/read-fleet.ts';
import type { RunView } from '../../../shared/observe/run-view.ts';

const view = (counts: RunView['counts'], run: Partial<RunView['run']> = {}): RunView => ({
  run: {
    id: 'books-1',
    job: { limits: { maxPages: 100 } },
    baseDir: '',
    state: 'running',
    startedAt: 0,
    ...run,
  },
  counts,
  isOver: false,
});
const sample = (at: number, seen: RunView) => ({ at, views: [seen], processes: 1 });

describe('describeRunOnAws', () => {
  it('tells rate, time, time left and cost', () => {
    const before = view({ admitted: 100, stored: 10 });
    const now = view({ admitted: 100, stored: 50, items: 50, open: 5, 'used:lambdaMbMs': 1e12 });
    const text = describeRunOnAws([sample(10_000, before), sample(20_000, now)], now, '--aws');
    expect(text).toEqual({
      run: 'books-1',
      done: '50 pages stored · 50 items · 50 pages wait for their turn',
      pace: '4 pages/s · 20 s · about 12 s left · $13.02',
    });
  });

  it('tells no rate where there is nothing to compare with', () => {
    const { pace } = describeRunOnAws([sample(10_000, view({ stored: 10 }))], view({ stored: 10 }), '--aws');
    expect(pace).toBe('10 s · $0.00');
  });

  it('names the most frequent failures', () => {
    const codes = {
      'failed:HTTP_404': 2,
      'failed:TIMEOUT': 5,
      'failed:DNS_FAILED': 1,
      'failed:TLS_FAILED': 1,
    };
    const { done } = describeRunOnAws([], view({ failed: 9, ...codes }), '--aws');
    expect(done).toContain('9 failed');
    expect(done).toContain('failures: 5 TIMEOUT, 2 HTTP_404, 1 DNS_FAILED, …');
  });

  it.each([
    [
      'a pause that somebody asked for',
      {},
      'paused; go on with: npx spinneret resume books-1 --aws --stack B',
    ],
    [
      'a pause by a fault',
      { reason: { code: 'ENV_MISSING', message: 'KEY' } as const },
      'paused by ENV_MISSING: KEY; when that is mended: npx spinneret resume books-1 --aws --stack B',
    ],
  ])('says how to go on after %s', (_what, run, reason) => {
    const paused = view({}, { state: 'paused', ...run });
    expect(describeRunOnAws([], paused, stackFlags({ stack: 'B' })).reason).toBe(reason);
  });
});

describe('describeRunOnAws of a run whose messages are lost', () => {
  it.each([
    ['running', 2, '2 batches are open, and fewer messages stand for them: its messages are lost', 'resume'],
    ['cancelled', 1, '1 batch is open, and fewer messages stand for it: its messages are lost', 'cancel'],
  ] as const)('that is %s says what sends them again', (state, open, text, command) => {
    const { reason } = describeRunOnAws([], view({ open }, { state }), '--aws', { state: 'lost', open });
    expect(reason).toBe(`${text}, and this sends them again: npx spinneret ${command} books-1 --aws`);
  });
});

describe('describeFleet', () => {
  const queue = { due: 340, inFlight: 24, delayed: 1 };

  it.each([
    [{ workers: 12 }, '12 workers a minute ago', '24 under way'],
    [{ workers: 0 }, '0 workers', '24 under way'],
    [{ workersSeen: 0 }, 'no worker seen in the last two minutes', '24 received and not done'],
    [{}, 'workers not known: CloudWatch has no figure of the last two minutes', '24 received and not done'],
  ])('says of %o how it is known', (workers, text, received) => {
    expect(describeFleet({ ...workers, queue })).toBe(`${text} · 340 batches due, ${received}, 1 for later`);
  });
});

describe('countWorkers', () => {
  it.each<[what: string, inFlight: number, metric: number | undefined, fleet: { workers?: number }]>([
    ['counts by CloudWatch while something is under way', 24, 12, { workers: 12 }],
    ['claims none by messages in flight, which may be those of one that died', 24, undefined, {}],
    ['claims none that CloudWatch does not see any more', 24, 0, {}],
    ['counts none when nothing is in flight, whatever CloudWatch remembers', 0, 12, { workers: 0 }],
  ])('%s', (_what, inFlight, metric, fleet) => {
    expect(countWorkers(inFlight, metric)).toEqual(fleet);
  });
});
