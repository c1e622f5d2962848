import { setTimeout as sleep } from 'node:timers/promises';
import { RetryError } from '../errors.ts';

/** What a page has under way, and how much of its time it has used. */
export interface Activity {
  /** Counts something that the page has asked for as under way until `work` has ended. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Waits until the page has asked for nothing for half a second. `false`: it asks on for two thirds of its time. */
  quiet(): Promise<boolean>;
  /** Whether that is so now. */
  isQuiet(): boolean;
  /** Whether the page has used two thirds of its time: what is left is for reading it. */
  isLate(): boolean;
  /** Waits until the page has used half of its time. */
  halfSpent(): Promise<void>;
  /** Says what is waited for from now on, in words, where it is more than rest. */
  waitingFor(what: string | undefined): void;
  /** Waits for `work`, and rejects with RENDER_TIMEOUT once the page's time is up. */
  within<T>(work: Promise<T>): Promise<T>;
  end(): void;
}

/** As long as nothing is asked for, a page is taken to be at rest. */
export const quietMs = 500;
const tickMs = 50;

/**
 * Measures the time of a page in a browser. What it asks for waits for turns of its host, for as long as politeness demands, so only
 * time in which nothing is under way counts against `timeoutMs`. `mustEnd`: whether the time of its process is up, whatever is under way.
 */
export function watchActivity(url: string, timeoutMs: number, mustEnd = () => false): Activity {
  let underWay = 0;
  let spentMs = 0;
  let quietSinceMs = 0;
  let awaited: string | undefined;
  let fail: (error: RetryError) => void = () => undefined;
  const timeUp = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // It is awaited only by who waits for something of the page.
  timeUp.catch(() => undefined);
  const ticker = setInterval(() => {
    if (mustEnd()) fail(outOfTime(url));
    if (underWay > 0) {
      quietSinceMs = 0;
      return;
    }
    quietSinceMs += tickMs;
    spentMs += tickMs;
    if (spentMs > timeoutMs) fail(timeOut(url, timeoutMs, awaited));
  }, tickMs);
  ticker.unref();
  const isLate = () => spentMs > (timeoutMs * 2) / 3;
  return {
    async during(work) {
      underWay += 1;
      try {
        return await work();
      } finally {
        underWay -= 1;
        quietSinceMs = 0;
      }
    },
    async quiet() {
      quietSinceMs = 0;
      while (quietSinceMs < quietMs) {
        if (isLate()) return false;
        await Promise.race([sleep(tickMs), timeUp]);
      }
      return true;
    },
    isLate,
    isQuiet: () => underWay === 0 && quietSinceMs >= quietMs,
    async halfSpent() {
      while (spentMs < timeoutMs / 2) await Promise.race([sleep(tickMs, undefined, { ref: false }), timeUp]);
    },
    waitingFor(what) {
      awaited = what;
    },
    within: (work) => Promise.race([work, timeUp]),
    end: () => clearInterval(ticker),
  };
}

function timeOut(url: string, timeoutMs: number, awaited: string | undefined): RetryError {
  const waited = awaited === undefined ? '' : `, in which it waited for ${awaited}`;
  return new RetryError(
    'RENDER_TIMEOUT',
    `${url}: not at rest within ${timeoutMs} ms of its own time${waited}`,
  );
}

function outOfTime(url: string): RetryError {
  const message = `${url}: the time of its process is up, and what the page asked for still waits for turns or answers`;
  return new RetryError('RENDER_TIMEOUT', message);
}
