import type { PinnedOptions, PinnedRun } from './run-pinned.ts';
import type { Shop } from './shop.ts';

/** One run of one contestant, in an empty folder of its own (`cwd`). */
export interface Trial extends PinnedOptions {
  shop: Shop;
}

/** What a contestant was seen to have done, all of it, once. */
export interface Checked {
  /** Pages fetched. */
  pages: number;
  /** Items equal to the truth; 0 for one that extracts nothing. */
  items: number;
}

/**
 * A program that takes all that a trial asks for: the whole shop, or a row of the web. To add one, write this and list
 * it in `bench/peers.ts` or `bench/web.ts`.
 */
export interface Contestant<T extends PinnedOptions = Trial> {
  name: string;
  /** What it does, in a few words: not all of them do the same. */
  does: string;
  /**
   * Its version, once it is there to be run: one that is not part of the project is installed into a cache,
   * which takes minutes the first time. Throws why it can't be had on this machine.
   */
  obtain(signal: AbortSignal): Promise<string>;
  /** Puts into `cwd` what the run needs; not measured. */
  prepare(trial: T): void;
  /** Measured. */
  run(trial: T): Promise<PinnedRun>;
  /** Throws if a page or an item is missing, wrong or there twice; not measured. */
  check(trial: T, done: PinnedRun): Promise<Checked>;
}
