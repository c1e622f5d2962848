import { describe, expect, it } from 'vitest';
import { fitting } from './choose-tests.ts';
import type { FileReport } from './runner.ts';

const file = (test: string, state: FileReport['state'], cpuMs: number, ms = cpuMs): FileReport => ({
  ...{ test, state, ms, cpuMs },
});
const known = (reports: FileReport[], reaching: string[], max = 16) => ({
  reports: new Map(reports.map((report) => [report.test, report])),
  reaching: new Set(reaching),
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
    const { tests, left } = fitting(near, known(reports, ['test/b/far', 'test/a/waits', 'test/a/computes']));
    expect([...tests]).toEqual([
      ['test/a/waits', 155_000],
      ['test/a/computes', 30_000],
      ['test/b/far', 10],
    ]);
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
    expect([...tests.keys()]).toEqual(['test/a/quick']);
    expect(left).toEqual(['test/a/late', 'test/a/fails', 'test/b/long', 'test/b/second']);
  });

  it('runs one in any case', () => {
    const reports = [file('test/a/long', 'passed', 100_000)];
    expect(fitting(['test/a/long'], known(reports, ['test/a/long'])).tests.size).toBe(1);
  });
});
