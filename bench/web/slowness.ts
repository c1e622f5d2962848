import { createHash } from 'node:crypto';

/** `once`: 503 at first, with a Retry-After of a second; `always`: 500. */
export type Fault = 'none' | 'once' | 'always';

const [minWaitMs, maxWaitMs] = [20, 500];
/** The share of answers that take ten times as long. */
const slowShare = 0.02;
const [onceShare, alwaysShare] = [0.02, 0.01];

/** How long the answer to an address takes: by its hash, so that it is the same for every contestant. */
export function waitMs(address: string): number {
  const wait = minWaitMs * (maxWaitMs / minWaitMs) ** shareOf(address, 0);
  return Math.round(shareOf(address, 1) < slowShare ? 10 * wait : wait);
}

export function faultOf(address: string): Fault {
  const share = shareOf(address, 2);
  if (share < alwaysShare) return 'always';
  return share < alwaysShare + onceShare ? 'once' : 'none';
}

/** One of several independent numbers in [0, 1). */
function shareOf(address: string, which: number): number {
  return (
    createHash('sha256')
      .update(address)
      .digest()
      .readUInt32BE(4 * which) /
    2 ** 32
  );
}
