import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { Choices } from './choices.ts';

export interface Timers {
  choices: Choices;
  /** Milliseconds. */
  now(): number;
  /** Wakes whoever calls, `ms` from now. */
  after(ms: number, wake: () => void): void;
  /** `run`, in the name of whoever calls now. */
  bind(run: () => void): () => void;
}

const load = createRequire(import.meta.url);
const promises = load('node:timers/promises') as { setTimeout: unknown; setImmediate: unknown };
const crypto = load('node:crypto') as { randomUUID: unknown };

/**
 * Until the answer is called, whoever imports `node:timers/promises`, sets an interval, asks the monotonic clock, or asks
 * for a random number or id, gets the simulation's.
 */
export function patchTimers(timers: Timers): () => void {
  const real = {
    promises: { ...promises },
    randomUUID: crypto.randomUUID,
    random: Math.random,
    performanceNow: performance.now,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
  };
  const { random } = timers.choices;
  promises.setTimeout = virtualSleep(timers);
  promises.setImmediate = () => new Promise<void>((wake) => timers.after(0, wake));
  crypto.randomUUID = () => `${random().toString(36).slice(2)}-${random().toString(36).slice(2)}`;
  Math.random = random;
  performance.now = timers.now;
  Object.assign(globalThis, virtualIntervals(timers));
  syncBuiltinESMExports();
  return () => {
    Object.assign(promises, real.promises);
    crypto.randomUUID = real.randomUUID;
    Math.random = real.random;
    performance.now = real.performanceNow;
    Object.assign(globalThis, { setInterval: real.setInterval, clearInterval: real.clearInterval });
    syncBuiltinESMExports();
  };
}

function virtualSleep({ after }: Timers) {
  return (ms: number, value?: unknown, { signal }: { signal?: AbortSignal } = {}) =>
    new Promise((resolve, reject) => {
      if (signal === undefined) return after(ms, () => resolve(value));
      const abort = () => reject(signal.reason);
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      after(ms, () => {
        signal.removeEventListener('abort', abort);
        resolve(value);
      });
    });
}

function virtualIntervals({ after, bind }: Timers) {
  return {
    setInterval(run: () => void, ms: number) {
      const interval = { isOver: false, unref: () => interval };
      const beat = () => {
        if (interval.isOver) return;
        run();
        after(ms, again);
      };
      const again = bind(beat);
      after(ms, again);
      return interval;
    },
    clearInterval(interval: { isOver: boolean } | undefined) {
      if (interval !== undefined) interval.isOver = true;
    },
  };
}
