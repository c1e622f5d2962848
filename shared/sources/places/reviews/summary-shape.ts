import type { CodeCount, Ends } from '../../../text/code-counts.ts';

/** What a run made of the reviews of its places. */
export interface ReviewsSummary {
  /** Pages of reviews, by how their requests ended. */
  pages: Ends;
  /** Reviews that the pages listed; those of them that are older than `since`, or were given by an earlier run; that were edited since. */
  listed: number;
  older: number;
  known: number;
  edited: number;
  /**
   * Places, by how far their reviews were read: to the end of the list, to `since` or `maxPerPlace`, to those that an earlier run has
   * read to the end; as far as a limit of the job lets; not to the end.
   */
  places: { whole: number; since: number; max: number; known: number; limited: number; cut: number };
  /** Why those were not read to the end, most frequent first; why the limited ones were not. */
  cuts: CodeCount[];
  limits: CodeCount[];
  /** Places whose reviews were not listed newest first, which were read to the end of the list for that. */
  unsorted: number;
  /** How often the reviews of a place were read anew from the first page. */
  readAnew: number;
}
