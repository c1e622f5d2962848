import { setImmediate } from 'node:timers/promises';

/** A clock that only moves when everyone sleeps. */
export interface VirtualClock {
  /** Epoch ms. */
  now(): number;
  /** Resolves after `ms` and then some, as a busy process would: `lateMs` is asked for each time. */
  sleep(ms: number): Promise<void>;
  /** Runs until `work` is done, jumping from one awakening to the next. */
  run<T>(work: Promise<T>): Promise<T>;
}

export function makeVirtualClock(lateMs: () => number = () => 0): VirtualClock {
  const sleepers: { at: number; wake(): void }[] = [];
  let now = 1_800_000_000_000;
  return {
    now: () => now,
    sleep: (ms) => new Promise((wake) => sleepers.push({ at: now + ms + lateMs(), wake })),
    async run(work) {
      let isOver = false;
      const finished = work.finally(() => {
        isOver = true;
      });
      finished.catch(() => undefined);
      for (;;) {
        await setImmediate();
        if (isOver) return finished;
        sleepers.sort((a, b) => a.at - b.at);
        const next = sleepers.shift();
        if (next === undefined) continue;
        now = Math.max(now, next.at);
        next.wake();
      }
    },
  };
}
