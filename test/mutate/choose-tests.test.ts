import { describe, expect, it } from 'vitest';
import { fitting } from './choose-tests.ts';
import type { FileReport } from './runner.ts';

const file = (test: string, state: FileReport['state'], cpuMs: number, ms = cpuMs): FileReport => ({
  ...{ test, state, ms, cpuMs, count: 10 },
});
const known = (reports: FileReport[], reaching: string[], max = 16) => ({
  reports: new Map(reports.map((report) => [report.test, report])),
  reaching: new Map(reaching.map((test) => [test, new Set([''])])),
  own: 'test/a',
  max,
});

describe('fitting', () => {
  it('runs what comes to the fault: its own folder’s first, by what they take of a processor, not by the clock', () => {
    const reports = [
      file('test/b/far', 'passed', 10),
      file('test/a/waits', 'passed', 20_000, 155_000),
      file('test/a/computes', 'passed', 30_000, 30_000),
      file('test/a/other', 'passed', 1),
    ];
    const near = reports.map(({ test }) => test);
    const { tests, usualMs, left } = fitting(
      near,
      known(reports, ['test/b/far', 'test/a/waits', 'test/a/computes']),
    );
    expect(tests).toEqual([{ test: 'test/a/waits' }, { test: 'test/a/computes' }, { test: 'test/b/far' }]);
    expect(usualMs).toBe(185_010);
    expect(left).toEqual([]);
  });

  it('names those that may come to the fault but are not run: not ended in time, failing, beyond what is allowed', () => {
    const reports = [
      file('test/a/quick', 'passed', 1),
      file('test/a/fails', 'failed', 1),
      file('test/a/skipped', 'skipped', 1),
      file('test/a/elsewhere', 'passed', 1),
      file('test/b/long', 'passed', 90_000),
      file('test/b/second', 'passed', 2),
    ];
    const near = ['test/a/late', ...reports.map(({ test }) => test)];
    const reaching = ['test/a/quick', 'test/a/fails', 'test/b/long', 'test/b/second'];
    const { tests, left } = fitting(near, known(reports, reaching, 2));
    expect(tests).toEqual([{ test: 'test/a/quick' }]);
    expect(left).toEqual(['test/a/late', 'test/a/fails', 'test/b/long', 'test/b/second']);
  });

  it('runs of each file what comes to the fault, by its share of the whole, and all where that is outside of a test', () => {
    const reports = [
      file('test/a/some', 'passed', 3_000),
      file('test/a/all', 'passed', 1_000),
      file('test/a/long', 'passed', 80_000),
    ];
    const reaching = new Map([
      ['test/a/some', new Set(['1_2', '1_3'])],
      ['test/a/all', new Set(['', '2_1'])],
      ['test/a/long', new Set(['3_1'])],
    ]);
    const near = reports.map(({ test }) => test);
    expect(fitting(near, { ...known(reports, []), reaching }).tests).toEqual([
      { test: 'test/a/some', ids: ['1_2', '1_3'] },
      { test: 'test/a/all' },
      { test: 'test/a/long', ids: ['3_1'] },
    ]);
  });

  it('runs that of whole runs beside those of the own folder, since it sees most', () => {
    const whole = 'test/simulation/recorded-runs.test.ts';
    const tests = ['test/b/near', whole, 'test/a/slow', 'test/a/quick'];
    const costs = [1, 5_000, 9_000, 10];
    const reports = tests.map((test, index) => file(test, 'passed', costs[index] ?? 0));
    expect(fitting(tests, known(reports, tests)).tests.map(({ test }) => test)).toEqual([
      'test/a/quick',
      whole,
      'test/a/slow',
      'test/b/near',
    ]);
  });

  it('runs one in any case', () => {
    const reports = [file('test/a/long', 'passed', 100_000)];
    expect(fitting(['test/a/long'], known(reports, ['test/a/long'])).tests).toHaveLength(1);
  });
});
