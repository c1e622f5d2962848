import { describe, expect, it } from 'vitest';
import {
  describeProgress,
  describeTotal,
  type ProgressSample,
  pagesPerSecond,
  remember,
} from '../../shared/observe/progress.ts';
import type { RunView } from '../../shared/observe/run-view.ts';
import { formatTime } from '../../shared/text/format.ts';
import { makeRun } from './make-run.ts';

const options = { stillAfterMs: 3_000 };

function sample(at: number, view: Partial<RunView> = {}, processes = 2): ProgressSample {
  return { at, processes, views: [{ run: makeRun(), counts: {}, isOver: false, ...view }] };
}

const still = (view: Partial<RunView>, processes = 2) =>
  [0, 1_000, 2_000, 3_000].map((at) => sample(at, view, processes));

const describeOne = (history: ProgressSample[]) => describeProgress(history, options)[0];

describe('describeProgress', () => {
  it('says what is done', () => {
    const counts = {
      admitted: 1_225,
      stored: 1_200,
      failed: 3,
      skipped: 1,
      retries: 2,
      crashes: 1,
      items: 1_100,
      incomplete: 2,
      open: 24,
    };
    expect(describeOne([sample(0, { counts })])?.done).toBe(
      '1,200 pages stored · 3 failed · 1 skipped · 2 retries · 1 crash · 1,100 items · 2 incomplete · 21 pages wait for their turn',
    );
  });

  it('measures the rate over the samples kept', () => {
    const history = [
      sample(0, { counts: { stored: 10 } }),
      sample(5_000, { counts: { stored: 40, failed: 20 } }),
    ];
    expect(describeOne(history)?.pace).toBe('10 pages/s · 2 processes · 5.0 s');
  });

  it('keeps the unit of a rate from line to line, however it swings', () => {
    const units = new Map();
    const rates = [40, 4, 90].map((stored) => {
      const history = [sample(0, { counts: { stored: 0 } }), sample(60_000, { counts: { stored } })];
      return describeProgress(history, { ...options, units })[0]?.pace.split(' · ')[0];
    });
    expect(rates).toEqual(['40 pages/min', '4 pages/min', '90 pages/min']);
  });

  it('tells how long it takes once maxPages bounds the run', () => {
    const counts = { admitted: 100, stored: 10 };
    const history = [sample(0, { counts }), sample(2_000, { counts: { ...counts, stored: 40 } })];
    expect(describeOne(history)?.pace).toContain('about 4.0 s left');
  });

  it('does not guess how long an unbounded crawl takes', () => {
    const history = [
      sample(0, { counts: { admitted: 50 } }),
      sample(2_000, { counts: { admitted: 99, stored: 30 } }),
    ];
    expect(describeOne(history)?.pace).not.toContain('left');
  });

  it('says that a paused run is paused, and how to go on', () => {
    expect(describeOne([sample(0, { run: makeRun({ state: 'paused' }) })])?.reason).toBe(
      'paused; go on with: spinneret resume books-1',
    );
  });

  it('does not say how to go on with a sample, which is gone', () => {
    const history = [sample(0, { run: makeRun({ state: 'paused' }) })];
    const [line] = describeProgress(history, { stillAfterMs: 1_000, isSample: true });
    expect(line?.reason).toBe('held up');
  });

  it('tells searches without an answer from those with one', () => {
    const counts = { 'cell:stored': 2, 'cell:failed': 1, 'cell:skipped': 3, 'place:admitted': 5 };
    expect(describeOne([sample(0, { counts })])?.done).toBe(
      '2 searches · 5 places found · 4 searches without an answer · 0 items',
    );
  });

  it('names host and time of a batch that waits, when its time stays the same', () => {
    expect(describeOne(still({ nextDueAt: 60_000, nextHost: 'a.test' }))?.reason).toBe(
      `waiting for a.test until ${formatTime(60_000)}`,
    );
    expect(describeOne(still({ nextDueAt: 60_000 }))?.reason).toBe(
      `waiting for a host until ${formatTime(60_000)}`,
    );
  });

  it('takes a due time that moves for work under way', () => {
    const history = [0, 1_000, 2_000, 3_000].map((at) => sample(at, { nextDueAt: at + 11_000 }));
    expect(describeOne(history)?.reason).toBe(
      'pages are under way or wait for their turns; they count when their batch is done',
    );
  });

  it('gives no reason while anything moves', () => {
    const history = [0, 1_000, 2_000, 3_000].map((at) => sample(at, { counts: { stored: at } }));
    expect(describeOne(history)?.reason).toBeUndefined();
  });

  it('says when no process is alive', () => {
    expect(describeOne(still({}, 0))?.reason).toBe('no worker process is alive');
  });
});

describe('describeTotal', () => {
  it('sums up many runs, and names those to look at, paused ones first', () => {
    const views = [
      { run: makeRun(), counts: { stored: 5, admitted: 5 }, isOver: true },
      { run: makeRun(), counts: { stored: 1, failed: 2, admitted: 9 }, isOver: false },
      { run: makeRun({ state: 'paused' }), counts: { stored: 3, admitted: 4 }, isOver: false },
      { run: makeRun(), counts: { stored: 1, admitted: 2 }, isOver: false },
    ];
    const history = [{ at: 0, processes: 2, views }];
    const { line, toLookAt } = describeTotal(history, describeProgress(history, options));
    expect(line).toBe(
      '4 runs: 1 over, 1 paused · 10 pages stored · 2 failed · 0 items · 8 pages wait for their turn · 0 pages/s · 2 processes',
    );
    expect(toLookAt).toEqual([2, 1]);
  });
});

describe('remember', () => {
  it('keeps a minute for the rate, thinned out, and forgets what is older', () => {
    const times = [...Array.from({ length: 80 }, (_, index) => index * 1_000), 79_250];
    const kept = times.reduce<ProgressSample[]>((history, at) => remember(history, sample(at), options), []);
    const at = kept.map((one) => one.at);
    expect(at.at(0)).toBeGreaterThanOrEqual(19_250);
    expect(at.at(0)).toBeLessThan(22_000);
    expect(at.slice(-6)).toEqual([75_000, 76_000, 77_000, 78_000, 79_000, 79_250]);
    expect(at.length).toBeLessThan(40);
  });

  it('measures batches of five seconds as a steady rate', () => {
    // One page a second, which count five at a time.
    const times = Array.from({ length: 480 }, (_, index) => index * 250);
    let history: ProgressSample[] = [];
    const rates = times.map((at) => {
      history = remember(history, sample(at, { counts: { stored: Math.floor(at / 5_000) * 5 } }), options);
      return pagesPerSecond(history, 'books-1') ?? 1;
    });
    const steady = rates.slice(rates.length / 2);
    expect(Math.min(...steady)).toBeGreaterThan(0.85);
    expect(Math.max(...steady)).toBeLessThan(1.15);
  });
});
