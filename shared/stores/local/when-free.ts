/** How long to wait for another process's transaction, which takes milliseconds unless the disk hangs. */
const giveUpAfterMs = 30_000;
/**
 * Each wait is up to twice as long as the one before. SQLite's own handler waits up to 100 ms between two looks, and of
 * sixteen processes that write all the time some then get no lock for seconds.
 */
const waitsMs = { first: 0.25, most: 6 };

/**
 * Calls until no other connection is in the way, for up to half a minute, and throws what SQLite throws. Blocks the
 * thread, as SQLite's own waiting does.
 */
export function whenFree<T>(call: () => T): T {
  let giveUpAt: number | undefined;
  for (let waitMs = waitsMs.first; ; waitMs = Math.min(2 * waitMs, waitsMs.most)) {
    try {
      return call();
    } catch (error) {
      if (!isBusy(error)) throw error;
      const at = performance.now();
      giveUpAt ??= at + giveUpAfterMs;
      if (at > giveUpAt) throw error;
      sleepSync(waitMs * (0.5 + Math.random() / 2));
    }
  }
}

/** Blocks the thread. */
export function sleepSync(ms: number): void {
  Atomics.wait(nothing, 0, 0, ms);
}

/** Never changes, so that waiting for a change is sleeping. */
const nothing = new Int32Array(new SharedArrayBuffer(4));

/** SQLITE_BUSY, whatever the reason in its higher bits (sqlite.org/rescode.html). */
const busyCode = 5;
const primaryCodeMask = 0xff;

function isBusy(error: unknown): boolean {
  return ((error as { errcode?: number }).errcode ?? 0) % (primaryCodeMask + 1) === busyCode;
}
