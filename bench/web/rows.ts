import type { AddressList } from './site.ts';

/** One table of the bench: what is asked of every contestant. */
export interface WebRow {
  name: string;
  list: AddressList;
  /** Between two requests to one host; 0 is none. */
  gapMs: number;
}

const row = (hosts: number, perHost: number): WebRow => ({
  name: `${hosts}x${perHost}`,
  list: { hosts, perHost },
  gapMs: 0,
});

/** By name. The first two have targets. */
export const webRows: WebRow[] = [row(50, 200), row(1_000, 10)];

/** The same with half of the pages, to be run before and after a change. */
export const quickRows: WebRow[] = [row(50, 100), row(1_000, 5)];
