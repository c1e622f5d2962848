import type { HandlerTask, HandlerThread } from './open-thread.ts';

/** What a look at a thread found. */
export interface ThreadLook {
  /** Tasks whose time is over. */
  overdue: HandlerTask[];
  /** Does the thread compute, or wait for the disk, without giving other tasks a turn? For how long: milliseconds. */
  silentMs: number;
  /** One of several tasks computes without end, and nothing shows which. */
  isUnclear: boolean;
}

/** What counts of the time between two looks: a process that was paused for long has worked on nothing meanwhile. */
const maxStepMs = 1_000;

/**
 * Looks at a thread again and again. A task's time is counted from look to look, and only while the thread may have
 * worked on it: not before it has begun, nor while another task keeps the thread from it.
 */
export function watchThread(thread: HandlerThread): () => ThreadLook {
  let lookedAt = performance.now();
  let silentMs = 0;
  let unclearMs = 0;
  return () => {
    const stepMs = Math.min(maxStepMs, performance.now() - lookedAt);
    lookedAt = performance.now();
    const hasTurned = thread.hasTurned();
    const begun = thread.begun();
    const isUnclear = !hasTurned && begun.length > 1 && !begun.some(({ isRunning }) => isRunning);
    silentMs = hasTurned || begun.length === 0 ? 0 : silentMs + stepMs;
    unclearMs = isUnclear ? unclearMs + stepMs : 0;
    for (const { task, isRunning } of begun) {
      if (hasTurned || isRunning || begun.length === 1) task.ranMs += stepMs;
    }
    const limitMs = Math.min(...begun.map(({ task }) => task.timeoutMs));
    return {
      overdue: begun.map(({ task }) => task).filter(({ ranMs, timeoutMs }) => ranMs >= timeoutMs),
      silentMs,
      isUnclear: unclearMs >= limitMs,
    };
  };
}
