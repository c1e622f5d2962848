import { it } from 'vitest';

/**
 * Tests of a contract that a store which is not ours does not pass, by name; why, whether it may pass by chance, and whether it may
 * come to no end.
 */
export type KnownFaults = Record<string, { because: string; isRacy?: true; isEndless?: true }>;

/**
 * `it`, for a contract that runs against such a store. A test of the list must fail, so that a fault which is mended there
 * leaves the list here; one that is racy may do either, and one without an end is not begun.
 */
export function itDespite(faults: KnownFaults = {}) {
  const unused = new Set(Object.keys(faults));
  return {
    it(name: string, body: () => Promise<void>): void {
      const fault = faults[name];
      unused.delete(name);
      if (fault === undefined) it(name, body);
      else if (fault.isEndless === true) it.skip(`${name}, not: ${fault.because}`, body);
      else if (fault.isRacy === true)
        it(`${name}, or not: ${fault.because}`, () => body().catch(() => undefined));
      else it.fails(`${name}, not: ${fault.because}`, body);
    },
    /** Said at the end of a contract: a list of what is none of its tests would say nothing. */
    unused: () => [...unused],
  };
}
