import { describe, expect, it } from 'vitest';
import { compare, type Result } from '../../../bench/peers/compare.ts';

const named = (name: string) => ({ name, does: 'crawls', version: '1' });

function ran(pagesPerS: number): Result {
  const same = { pages: 10, items: 9, peakMb: 1, largestProcessMb: 1, clientBusy: 0, serverBusy: 0 };
  return { ...same, pagesPerS, cpuMsPerPage: 1_000 / pagesPerS };
}

const comparedOf = (rounds: Result[][]) => compare([named('first'), named('other')], rounds);

describe('compare', () => {
  it('takes ratios within a round, not of medians', () => {
    const rounds = [
      [ran(100), ran(100)],
      [ran(400), ran(200)],
      [ran(900), ran(300)],
    ];
    expect(comparedOf(rounds)).toMatchObject({
      contestants: [
        { name: 'first', version: '1', pagesPerS: { median: 400, min: 100, max: 900 } },
        { name: 'other', spinneretIsTimes: { median: 2, min: 1, max: 3 } },
      ],
    });
  });

  it('has the mean of the two in the middle as the median of an even number', () => {
    const rounds = [40, 10, 30, 20].map((pagesPerS) => [ran(pagesPerS), ran(10)]);
    expect(comparedOf(rounds)).toMatchObject({
      contestants: [{ pagesPerS: { median: 25, min: 10, max: 40 } }, {}],
    });
  });

  it('leaves a round that failed out of the figures and the ratios, and says why', () => {
    const rounds = [
      [ran(100), { failed: 'a page too few' }],
      [{ failed: 'no answer' }, ran(10)],
      [ran(100), ran(50)],
    ];
    expect(comparedOf(rounds)).toMatchObject({
      contestants: [
        { failures: ['no answer'], pagesPerS: { min: 100, max: 100 } },
        {
          failures: ['a page too few'],
          pagesPerS: { min: 10, max: 50 },
          spinneretIsTimes: { min: 2, max: 2 },
        },
      ],
    });
  });
});
