import { wholeCoreMb } from './expected-work.ts';
import type { RunPlan } from './run-plan.ts';

/** What reading pages in a browser takes. */
export interface BrowserUse {
  pages: number;
  /** Memory in MB × billed milliseconds, on x86. */
  mbMs: number;
  /** Until the last is read: milliseconds. */
  durationMs: number;
}

/** Time of a core for a page and the browser of its own: 344 for light ones, by `bench/lambda-browser.ts`. */
export const coreMsPerPage = 400;

/** Batches of an event, whose hosts' turns are waited for together. */
const batchesPerEvent = 2;

/**
 * A function is billed while its pages compute, and while they wait for the turns of what they load, whichever is longer. Those turns are of
 * the pages' own hosts, as far as is known before. `undefined` for a run without such pages.
 */
export function browserUse({ browser, hosts }: RunPlan): BrowserUse | undefined {
  if (browser === undefined) return undefined;
  const { share, turnsPerPage, memoryMb, maxConcurrency } = browser;
  const computingMs = coreMsPerPage / (memoryMb / wholeCoreMb);
  const together = Math.min(batchesPerEvent, Math.max(1, hosts.length));
  let pages = 0;
  let billedMs = 0;
  let slowestHostMs = 0;
  for (const host of hosts) {
    const own = host.pages * share;
    const waitingMs = (1 + turnsPerPage) * host.turnMs;
    pages += own;
    billedMs += own * Math.max(computingMs, waitingMs / together);
    slowestHostMs = Math.max(slowestHostMs, host.pages * host.turnMs + own * turnsPerPage * host.turnMs);
  }
  return { pages, mbMs: memoryMb * billedMs, durationMs: Math.max(slowestHostMs, billedMs / maxConcurrency) };
}
