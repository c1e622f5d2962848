import type { Job } from '../job/schema.ts';
import type { Counts } from '../model.ts';

type Limited = 'pages' | 'items';

/**
 * What this process knows of how much of `maxPages` and `maxItems` a run has used up: at least so much.
 * By it work is left undone that would come to nothing; what a run may have is the ledger's to say.
 */
export interface RunLimits {
  /** The run's counts as they were read. */
  learn(counts: Counts): void;
  /** The ledger gave `granted` where `wanted` were asked for. */
  granted(what: Limited, wanted: number, granted: number): void;
  /** At most so many more. */
  left(what: Limited): number;
}

export function watchLimits({ maxPages, maxItems = Number.POSITIVE_INFINITY }: Job['limits']): RunLimits {
  const most = { pages: maxPages, items: maxItems };
  const used = { pages: 0, items: 0 };
  return {
    learn(counts) {
      used.pages = Math.max(used.pages, counts['reserved:pages'] ?? 0);
      used.items = Math.max(used.items, counts['items'] ?? 0);
    },
    granted(what, wanted, granted) {
      if (granted < wanted) used[what] = most[what];
    },
    left: (what) => Math.max(0, most[what] - used[what]),
  };
}
