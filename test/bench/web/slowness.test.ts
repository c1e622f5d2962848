import { describe, expect, it } from 'vitest';
import { quickRows, rowOf, webRows } from '../../../bench/web/rows.ts';
import { shuffledAddresses } from '../../../bench/web/site.ts';
import { faultOf, waitMs } from '../../../bench/web/slowness.ts';

const addresses = shuffledAddresses({ scheme: 'https', hosts: 1_000, perHost: 10 }, { pages: 2_000 });

describe('slowness', () => {
  it('lets most answers take 20 to 500 ms and some in a hundred longer', () => {
    const waits = addresses.map(waitMs);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(20);
    expect(Math.max(...waits)).toBeLessThanOrEqual(5_000);
    expect(waits.filter((wait) => wait > 500).length / waits.length).toBeCloseTo(0.014, 2);
  });

  it('has one page in a hundred fail always, and two at first', () => {
    const shareOf = (fault: string) =>
      addresses.filter((address) => faultOf(address) === fault).length / addresses.length;
    expect(shareOf('always')).toBeCloseTo(0.01, 2);
    expect(shareOf('once')).toBeCloseTo(0.02, 2);
  });
});

describe('rowOf', () => {
  it('finds a row by its name, and makes one of any list', () => {
    expect(rowOf('slow', webRows).isSlow).toBe(true);
    expect(rowOf('20x10', quickRows).list).toEqual({ scheme: 'https', hosts: 20, perHost: 10 });
    expect(() => rowOf('20x0', quickRows)).toThrow(/no row 20x0/);
  });
});
