import type { PinnedOptions } from '../peers/run-pinned.ts';
import type { WebRow } from './rows.ts';

/** One run of one contestant on one row. */
export interface WebTrial extends PinnedOptions {
  row: WebRow;
  /** In the order in which contestants are given them. */
  addresses: string[];
  /** Of all these pages together, unpacked. */
  bytes: number;
}
