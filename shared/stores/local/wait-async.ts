import { setTimeout as sleep } from 'node:timers/promises';
import { HaltError } from '../../errors.ts';
import { gaveUpError } from './store-errors.ts';
import { giveUpAfterMs } from './when-free.ts';

/** How long one try of a call may block the thread: longer than most transactions of others take. */
export const blockedMs = 10;
/** Between two tries. As with the waits that block, longer ones would leave some of many writers without a lock for seconds. */
const pauseMs = 20;
const stopWithinMs = 1_000;

/**
 * How calls of a store wait for other processes: on the event loop. While one that keeps the store locked is waited for,
 * signals are heard, and timers and other calls go on. The store itself is opened with `maxWaitMs: blockedMs`.
 */
export interface AsyncWait {
  /** Calls until the store is free: `call` is repeated as a whole. Rejects with `HaltError` STORE_BUSY in the end. */
  whenFree<T>(call: () => T | Promise<T>): Promise<T>;
  /** The port, each method of which is called by `whenFree`: each must be one transaction, or safe to be repeated. */
  around<P extends object>(port: P & AsyncMethods<P>): P;
  /** Whatever waits, or finds the store locked later, fails within a second: more than a transaction of others takes. */
  stop(): void;
}

/** A port all of whose methods return promises. */
type AsyncMethods<P> = {
  [Name in keyof P]: NonNullable<P[Name]> extends (...args: never[]) => infer Result
    ? Result extends Promise<unknown>
      ? P[Name]
      : never
    : P[Name];
};

/** For the store in this file. @default two minutes */
export function makeAsyncWait(file: string, maxMs = giveUpAfterMs): AsyncWait {
  let stopAt = Number.POSITIVE_INFINITY;
  const whenFree: AsyncWait['whenFree'] = async (call) => {
    const beganAt = performance.now();
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof HaltError && error.code === 'STORE_BUSY')) throw error;
        const now = performance.now();
        if (now > beganAt + maxMs) throw gaveUpError(file, maxMs, error);
        if (now > stopAt) throw error;
        await sleep(pauseMs * (0.5 + Math.random()));
      }
    }
  };
  const stop = () => {
    stopAt = Math.min(stopAt, performance.now() + stopWithinMs);
  };
  return { whenFree, around: (port) => aroundEach(port, whenFree), stop };
}

function aroundEach<P extends object>(port: P, whenFree: AsyncWait['whenFree']): P {
  const parts = Object.entries(port).map(([name, part]: [string, unknown]) => [
    name,
    typeof part === 'function' ? (...args: unknown[]) => whenFree(() => part(...args)) : part,
  ]);
  return Object.fromEntries(parts) as P;
}
