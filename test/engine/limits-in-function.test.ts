import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFit } from '../../shared/deployment/fit.ts';
import { commitMarginMs } from '../../shared/deployment/worker-times.ts';
import { limitsFor } from '../../shared/engine/limits-for.ts';
import { engineLimits } from '../../shared/engine/limits-in-function.ts';
import { jobSchema } from '../../shared/job/schema.ts';
import { settingsSchema } from '../../shared/job/settings-schema.ts';

const { aws } = settingsSchema.parse({});
const anyJob = jobSchema.parse({
  name: 'any',
  sources: [{ urls: { list: 'https://example.com/' } }],
  pages: { page: {} },
});
const { fetch } = anyJob;
const dayMs = 86_400_000;

describe('engineLimits', () => {
  it('lets a run end before what is known of its URLs is deleted, and not at once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_650 }), (keepDays) => {
        const { maxRunMs } = engineLimits({ ...aws, keepDays });
        expect(maxRunMs).toBeGreaterThan(0.5 * keepDays * dayMs);
        expect(maxRunMs).toBeLessThan(keepDays * dayMs);
      }),
    );
  });

  it('leaves a batch of any job that fits time to wait for its first turn, to take it, and to fetch', () => {
    const terms = fc.integer({ min: 30, max: 900 }).chain((seconds) =>
      fc.record({
        workerTimeoutMs: fc.constant(1_000 * seconds),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(terms, ({ workerTimeoutMs, share }) => {
        const maxMs = maxFetchMs(workerTimeoutMs);
        const timeoutMs = Math.max(1, Math.floor(share * maxMs));
        const job = { fetch: { ...fetch, timeoutMs } };
        const limits = limitsFor({ limits: engineLimits({ ...aws, workerTimeoutMs }) }, job);
        const { lifeMs = 0, turnsMs, maxWaitMs, horizonMs, batchBudgetMs } = limits;
        expect(maxWaitMs + turnsMs + timeoutMs + commitMarginMs).toBeLessThanOrEqual(lifeMs);
        expect(lifeMs).toBeLessThan(workerTimeoutMs);
        expect(maxWaitMs).toBeGreaterThan(2_000);
        expect(turnsMs).toBeGreaterThan(5_000);
        expect(turnsMs).toBeLessThanOrEqual(batchBudgetMs);
        // Turns that cannot be waited for are not reserved.
        expect(horizonMs).toBeLessThanOrEqual(maxWaitMs);
      }),
    );
  });

  it('lets no lease end while its batch may be under work, and each before its function', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 30, max: 900 }),
        fc.integer({ min: 10_000, max: 899_000 }),
        (seconds, asked) => {
          const workerTimeoutMs = 1_000 * seconds;
          const given = Math.min(asked, workerTimeoutMs - 1);
          const { leaseMs } = engineLimits({ ...aws, workerTimeoutMs, leaseMs: given });
          expect(leaseMs).toBeGreaterThanOrEqual(Math.max(given, workerTimeoutMs - 10_000));
          expect(leaseMs).toBeLessThan(workerTimeoutMs);
        },
      ),
    );
  });
});

/** The most that `checkFit` lets a job have. */
function maxFetchMs(workerTimeoutMs: number): number {
  const job = { fetch: { ...fetch, timeoutMs: 900_001 } };
  const settings = { workerTimeoutMs, allowPrivate: false };
  try {
    checkFit({ ...anyJob, ...job }, settings);
  } catch (error) {
    return Number(/at most (\d+)/.exec(String(error))?.[1]);
  }
  throw new Error('it is refused');
}
