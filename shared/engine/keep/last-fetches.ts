import type { Outcomes } from '../../coordination/ports.ts';
import { isPage } from '../../sources/sources.ts';
import { digestOf } from '../ids.ts';

/** Which earlier run has fetched a page that a run has used again. */
export interface LastFetches {
  /** The place of the run among the earlier ones; `undefined` for a page that the run has fetched itself, or that none of them has. */
  runOf(url: string): number | undefined;
  /** How many each of them has, by its place. */
  counts: number[];
  /** Pages that none of them has. */
  left: number;
}

/**
 * By the facts of the runs: the pages of `run` that were answered 304, or not asked for, and of `earlier`, the newest first, the one that
 * fetched each last. Some 100 bytes a page; runs beyond the one that has the last of them are not read.
 */
export async function findLastFetches(
  outcomes: Pick<Outcomes, 'list'>,
  run: string,
  earlier: string[],
): Promise<LastFetches> {
  const wanted = new Set<string>();
  const found = new Map<string, number>();
  const counts = earlier.map(() => 0);
  for await (const key of storedPages(outcomes, run, true)) wanted.add(key);
  for (const [place, of] of earlier.entries()) {
    if (wanted.size === 0) break;
    for await (const key of storedPages(outcomes, of, false)) {
      if (!wanted.delete(key)) continue;
      found.set(key, place);
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }
  return {
    runOf: (url) => found.get(digestOf(url)),
    counts,
    left: wanted.size,
  };
}

/** Keys of the pages that the run has stored: of those that it used again, or of those that it fetched. */
async function* storedPages(
  outcomes: Pick<Outcomes, 'list'>,
  run: string,
  areUsedAgain: boolean,
): AsyncGenerator<string> {
  for await (const { pages } of outcomes.list(run)) {
    for (const fact of pages) {
      const isUsedAgain = fact.isReused === true || fact.isNotDue === true;
      if (isPage(fact.kind) && fact.end === 'stored' && isUsedAgain === areUsedAgain)
        yield digestOf(fact.url);
    }
  }
}
