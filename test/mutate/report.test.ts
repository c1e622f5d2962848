import { expect, it } from 'vitest';
import { type End, type Result, reportOf, summary } from './report.ts';

const result = (end: End, line: number): Result => ({ file: 'a.ts', line, change: '1 → 2', ...end });

it('the score is of those of which something is known; what was not run is counted and named apart', () => {
  const results = [
    result({ end: 'killed', by: 'test/a.test.ts' }, 1),
    result({ end: 'timed out' }, 2),
    result({ end: 'survived' }, 3),
    result({ end: 'untested' }, 4),
    result({ end: 'not run', left: ['test/slow.test.ts'] }, 5),
  ];
  const whole = summary(results, 7);
  expect(whole).toMatchObject({ mutants: 5, notRun: 1, score: 0.5 });
  expect(whole.files).toEqual([{ file: 'a.ts', killed: 1, survived: 2, timedOut: 1, notRun: 1 }]);
  const text = reportOf(whole);
  const [seen = '', unknown = ''] = text.split('Not run, since too slow');
  expect(seen).toContain('survived  a.ts:3');
  expect(seen).toContain('untested  a.ts:4');
  expect(seen).not.toContain('a.ts:5');
  expect(unknown).toContain('not run   a.ts:5  1 → 2  (test/slow.test.ts)');
  expect(text).toMatch(/50 % of 4 mutants caught, 1 not run \(seed 7\)$/);
});

it('nothing is caught and nothing missed where nothing was run', () => {
  expect(summary([result({ end: 'not run', left: ['x'] }, 1)], 1)).toMatchObject({ score: 1, notRun: 1 });
});
