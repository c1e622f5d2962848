import type { PinnedOptions } from '../peers/run-pinned.ts';
import type { WebRow } from './rows.ts';

/** One run of one contestant on one row. */
export interface WebTrial extends PinnedOptions {
  row: WebRow;
  /** What contestants are given, in this order. */
  starts: string[];
  /** What they are to take: the starts, and where links are followed the others of their hosts, but what always fails. */
  addresses: string[];
  /** Of all these pages together, unpacked. */
  bytes: number;
}
