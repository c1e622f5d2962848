import type { Job } from '../../job/schema.ts';
import type { Counts } from '../../model.ts';

/** What a run may have only a limited number of. */
export type Scarce = 'pages' | 'items';

/**
 * A lower bound, known to this process, of what a run has used of `maxPages` and `maxItems`. It only saves work
 * that would be useless; the ledger decides what a run may have.
 */
export interface RunLimits {
  /** Takes the run's counts as they were read. */
  learn(counts: Counts): void;
  /** The ledger granted the batch `granted` of the `wanted` ones: what the batch had found is settled. */
  granted(what: Scarce, batch: string, wanted: number, granted: number): void;
  /** The number that the ledger can still grant, at most. */
  left(what: Scarce): number;
  /** What this process has under way, and has found meanwhile. */
  tally(what: Scarce): LimitTally;
}

export interface LimitTally {
  /** Requests that may give some, each until it has ended. */
  underWay: Set<Promise<unknown>>;
  /** Requests that have ended, and what they gave, since the process began with the run. */
  finished: number;
  given: number;
  /** What batches have found and not yet asked the ledger for, by their ids. */
  found: Map<string, number>;
}

export function watchLimits({ maxPages, maxItems = Number.POSITIVE_INFINITY }: Job['limits']): RunLimits {
  const max = { pages: maxPages, items: maxItems };
  const used = { pages: 0, items: 0 };
  const tallies = { pages: openTally(), items: openTally() };
  return {
    learn(counts) {
      used.pages = Math.max(used.pages, counts['reserved:pages'] ?? 0);
      used.items = Math.max(used.items, counts['items'] ?? 0);
    },
    granted(what, batch, wanted, granted) {
      used[what] = granted < wanted ? max[what] : Math.max(used[what], granted);
      tallies[what].found.delete(batch);
    },
    left: (what) => Math.max(0, max[what] - used[what]),
    tally: (what) => tallies[what],
  };
}

function openTally(): LimitTally {
  return { underWay: new Set(), finished: 0, given: 0, found: new Map() };
}
