import { checkCommits } from './check-commits.ts';
import { checkEnds } from './check-ends.ts';
import { checkHosts } from './check-hosts.ts';
import { checkLocks } from './check-locks.ts';
import { checkOpen } from './check-open.ts';
import { checkOutcomes } from './check-outcomes.ts';
import type { Evidence } from './evidence.ts';

/** One line of the verdict. */
export interface Finding {
  /** Begins with the number of the invariant in docs/architecture.md. */
  invariant: string;
  /** What was looked at, so that a check that saw nothing is not taken for one that found nothing. */
  checked: number;
  violations: string[];
}

/** Everything the design promises, checked from what a round has left behind. Pure. */
export function checkEvidence(evidence: Evidence): Finding[] {
  return [
    ...checkOutcomes(evidence),
    ...checkEnds(evidence),
    ...checkHosts(evidence),
    ...checkCommits(evidence),
    ...checkOpen(evidence),
    ...checkLocks(evidence),
  ];
}
