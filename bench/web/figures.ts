import { type Figures, figuresOf, rounded } from '../peers/compare.ts';
import type { Checked } from '../peers/contestant.ts';
import type { PinnedRun } from '../peers/run-pinned.ts';
import type { Traffic } from './traffic.ts';

export interface Measured {
  done: PinnedRun;
  checked: Checked;
  /** CPU time of the server during the run. */
  serverMs: number;
  /** Of all pages taken, unpacked. */
  bytes: number;
  dnsQueries: number;
  traffic: Traffic;
}

/** Beside the figures of the peers, what the network costs: megabytes (10⁶ bytes, unpacked), connections, handshakes, queries. */
export function webFiguresOf({ done, checked, serverMs, bytes, dnsQueries, traffic }: Measured): Figures {
  const { leastGapMs, ...counts } = traffic;
  return {
    ...figuresOf(done, checked, serverMs),
    mbPerS: rounded(bytes / 1_000 / done.ms),
    seconds: rounded(done.ms / 1_000),
    dnsQueries,
    ...counts,
    ...(leastGapMs === undefined ? {} : { leastGapMs }),
  };
}
