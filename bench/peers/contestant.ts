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

/** A program that takes the whole shop. To add one, write this and list it in `bench/peers.ts`. */
export interface Contestant {
  name: string;
  /** What it does, in a few words: not all of them do the same. */
  does: string;
  /** Why it can't be had on this machine; undefined if it can. */
  missing(): string | undefined;
  /** Puts into `cwd` what the run needs; not measured. */
  prepare(trial: Trial): void;
  /** Measured. */
  run(trial: Trial): Promise<PinnedRun>;
  /** Throws if a page or an item is missing, wrong or there twice; not measured. */
  check(trial: Trial, done: PinnedRun): Promise<Checked>;
}
