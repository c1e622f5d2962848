import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engineLimits } from '../../functions/limits.ts';
import { settingsSchema } from '../../shared/job/settings-schema.ts';

const { aws } = settingsSchema.parse({});
const dayMs = 86_400_000;

describe('engineLimits', () => {
  it('lets a run end before what is known of its URLs is deleted, and not at once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_650 }), (keepDays) => {
        const { longestRunMs } = engineLimits({ ...aws, keepDays });
        expect(longestRunMs).toBeGreaterThan(0.5 * keepDays * dayMs);
        expect(longestRunMs).toBeLessThan(keepDays * dayMs);
      }),
    );
  });

  it('leaves a batch time for its turns and for a fetch within the life of a function', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30_000, max: 900_000 }), (workerTimeoutMs) => {
        const { turnsMs, batchBudgetMs, maxWaitMs, horizonMs } = engineLimits({ ...aws, workerTimeoutMs });
        expect(turnsMs).toBeLessThanOrEqual(batchBudgetMs / 2);
        expect(maxWaitMs).toBeLessThanOrEqual(batchBudgetMs);
        // Turns that cannot be waited for are not reserved.
        expect(horizonMs).toBeLessThanOrEqual(maxWaitMs);
      }),
    );
  });
});
