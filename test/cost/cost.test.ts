import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  costOf,
  defaultPrices,
  type Usage,
  usageCounts,
  usageNames,
  usageOf,
} from '../../shared/cost/cost.ts';

const usages = fc.record(Object.fromEntries(usageNames.map((name) => [name, fc.nat(1_000_000_000)])));

describe('costOf', () => {
  it('prices a million pages by the list', () => {
    const usage: Usage = {
      writeUnits: 1_500_000,
      readUnits: 1_000_000,
      sqsRequests: 100_000,
      s3Puts: 40_000,
      lambdaMbMs: 512 * 100_000_000,
      lambdaRequests: 10_000,
    };
    const { byService, totalUsd } = costOf(usage);
    expect(byService.dynamodb).toBeCloseTo(1.5 * 0.625 + 0.125);
    expect(byService.sqs).toBeCloseTo(0.1 * 0.5);
    expect(byService.s3).toBeCloseTo(0.2);
    expect(byService.lambda).toBeCloseTo(50_000 * 0.0000133334 + 0.002);
    expect(totalUsd).toBeCloseTo(Object.values(byService).reduce((sum, usd) => sum + usd));
  });

  it('adds up: two usages cost what their sum costs', () => {
    fc.assert(
      fc.property(usages, usages, (a, b) => {
        const both = Object.fromEntries(usageNames.map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
        expect(costOf(both).totalUsd).toBeCloseTo(costOf(a).totalUsd + costOf(b).totalUsd, 6);
      }),
    );
  });

  it('charges for every kind of use', () => {
    for (const name of usageNames) expect(costOf({ [name]: 1e9 }).totalUsd).toBeGreaterThan(0);
    expect(costOf({}).totalUsd).toBe(0);
  });
});

describe('usageOf', () => {
  it('reads what usageCounts has written among other counts', () => {
    fc.assert(
      fc.property(usages, (usage) => {
        expect(usageOf({ stored: 3, ...usageCounts(usage) })).toEqual(usage);
      }),
    );
  });
});

describe('defaultPrices', () => {
  it('are dated', () => {
    expect(defaultPrices.asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
  });
});
