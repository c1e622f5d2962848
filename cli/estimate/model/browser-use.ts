import { browserEventSize } from '../../../shared/deployment/function-limits.ts';
import { wholeCoreMb } from './expected-work.ts';
import type { RunPlan } from './run-plan.ts';

/** What reading pages in a browser takes. */
export interface BrowserUse {
  /** Pages that are read in it, and those that are fetched there. */
  pages: number;
  sent: number;
  /** Memory in MB × billed milliseconds, on x86. */
  mbMs: number;
  /** Until the last is read: milliseconds. */
  durationMs: number;
}

/** Time of a core for a page and the browser of its own: 344 for light ones, by `bench/lambda-browser.ts`. */
export const coreMsPerPage = 400;

/**
 * A function is billed while its pages compute, and while they wait for the turns of what they load, whichever is longer. Those turns are of
 * the pages' own hosts, as far as is known before. A page that is only fetched there waits for its own turn, or its answer. `undefined` for
 * a run without such pages.
 */
export function browserUse({ browser, hosts, sample, worker }: RunPlan): BrowserUse | undefined {
  if (browser === undefined) return undefined;
  const { share, sentShare, turnsPerPage, memoryMb, maxConcurrency } = browser;
  const computingMs = coreMsPerPage / (memoryMb / wholeCoreMb);
  // Batches of an event, whose hosts' turns are waited for together.
  const together = Math.min(browserEventSize, Math.max(1, hosts.length));
  const answerMs = sample.fetchMs / (together * worker.concurrencyPerHost);
  const use = { pages: 0, sent: 0, billedMs: 0, slowestHostMs: 0 };
  for (const { pages, turnMs } of hosts) {
    const own = pages * share;
    const others = pages * (sentShare - share);
    const waitingMs = (1 + turnsPerPage) * turnMs;
    use.pages += own;
    use.sent += own + others;
    use.billedMs += own * Math.max(computingMs, waitingMs / together);
    use.billedMs += others * Math.max(answerMs, turnMs / together);
    use.slowestHostMs = Math.max(use.slowestHostMs, pages * turnMs + own * turnsPerPage * turnMs);
  }
  const { billedMs, slowestHostMs, ...counts } = use;
  const durationMs = Math.max(slowestHostMs, billedMs / maxConcurrency);
  return { ...counts, mbMs: memoryMb * billedMs, durationMs };
}
