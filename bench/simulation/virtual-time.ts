import { createRequire, syncBuiltinESMExports } from 'node:module';

/** A clock that jumps from one awakening to the next. Whole milliseconds, so that few awakenings cost much. */
export interface VirtualTime {
  /** Epoch ms. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Calls `wake` at `at` (epoch ms), or as soon as possible if that is past. */
  at(at: number, wake: () => void): void;
}

const timers = createRequire(import.meta.url)('node:timers/promises') as { setTimeout: unknown };

/**
 * Runs `body` on virtual time, on which `setTimeout` of `node:timers/promises` waits too, in the engine as well. Nothing in
 * `body` may wait for I/O. Rejects if no timer is left while `body` still waits.
 */
export async function onVirtualTime<T>(
  startsAt: number,
  body: (time: VirtualTime) => Promise<T>,
): Promise<T> {
  const clock = makeClock(startsAt);
  const realSetTimeout = timers.setTimeout;
  timers.setTimeout = clock.time.sleep;
  syncBuiltinESMExports();
  try {
    return await drive(clock, body(clock.time));
  } finally {
    timers.setTimeout = realSetTimeout;
    syncBuiltinESMExports();
  }
}

interface Clock {
  time: VirtualTime;
  /** Jumps to the next awakening; false if there is none. */
  wakeNext(): boolean;
}

function makeClock(startsAt: number): Clock {
  const moments = makeHeap();
  const wakings = new Map<number, (() => void)[]>();
  let now = startsAt;
  const at = (when: number, wake: () => void) => {
    const moment = Math.max(now, Math.ceil(when));
    const others = wakings.get(moment);
    if (others !== undefined) {
      others.push(wake);
      return;
    }
    wakings.set(moment, [wake]);
    moments.push(moment);
  };
  return {
    time: { now: () => now, at, sleep: (ms) => new Promise((wake) => at(now + ms, wake)) },
    wakeNext() {
      const moment = moments.pop();
      if (moment === undefined) return false;
      now = moment;
      const due = wakings.get(moment) ?? [];
      wakings.delete(moment);
      for (const wake of due) wake();
      return true;
    },
  };
}

/** Between two awakenings, all that follows from the first one happens: microtasks run out before `setImmediate`. */
function drive<T>(clock: Clock, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    work.then(resolve, reject).finally(end);
    const step = () => {
      if (isOver) return;
      if (clock.wakeNext()) setImmediate(step);
      else reject(new Error('the simulation waits for nothing'));
    };
    setImmediate(step);
  });
}

/** The smallest number first. */
function makeHeap(): { push(value: number): void; pop(): number | undefined } {
  const heap: number[] = [];
  const get = (index: number) => heap[index] ?? Number.POSITIVE_INFINITY;
  return {
    push(value) {
      let index = heap.length;
      for (; index > 0; index = (index - 1) >> 1) {
        const parent = get((index - 1) >> 1);
        if (parent <= value) break;
        heap[index] = parent;
      }
      heap[index] = value;
    },
    pop() {
      const earliest = heap[0];
      const last = heap.pop();
      if (heap.length === 0 || last === undefined) return earliest;
      let index = 0;
      for (;;) {
        const left = 2 * index + 1;
        const child = get(left + 1) < get(left) ? left + 1 : left;
        if (get(child) >= last) break;
        heap[index] = get(child);
        index = child;
      }
      heap[index] = last;
      return earliest;
    },
  };
}
