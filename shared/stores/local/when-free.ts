import { gaveUpError, isBusy } from './store-errors.ts';

/**
 * How long to wait for another process's transaction. It takes milliseconds, unless the machine is starved, the disk hangs, or
 * the whole file is being rewritten (`spinneret forget --vacuum`).
 */
export const giveUpAfterMs = 120_000;
/**
 * Each wait is up to twice as long as the one before. SQLite's own handler waits up to 100 ms between two looks, and of
 * sixteen processes that write all the time some then get no lock for seconds.
 */
const waitsMs = { first: 0.25, most: 6 };

/**
 * Calls until no other connection is in the way. Blocks the thread, as SQLite's own waiting does. Throws `HaltError`
 * STORE_BUSY when the store is not free in time, and else what SQLite throws.
 */
export type WhenFree = <T>(call: () => T) => T;

/** For the store in this file. @default two minutes */
export function makeWhenFree(file: string, maxMs = giveUpAfterMs): WhenFree {
  return (call) => {
    let giveUpAt: number | undefined;
    for (let waitMs = waitsMs.first; ; waitMs = Math.min(2 * waitMs, waitsMs.most)) {
      try {
        return call();
      } catch (error) {
        if (!isBusy(error)) throw error;
        const at = performance.now();
        giveUpAt ??= at + maxMs;
        if (at > giveUpAt) throw gaveUpError(file, maxMs, error);
        sleepSync(waitMs * (0.5 + Math.random() / 2));
      }
    }
  };
}

/** Blocks the thread. */
export function sleepSync(ms: number): void {
  Atomics.wait(nothing, 0, 0, ms);
}

/** Never changes, so that waiting for a change is sleeping. */
const nothing = new Int32Array(new SharedArrayBuffer(4));
