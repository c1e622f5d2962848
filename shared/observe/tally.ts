import type { Ledger, Outcomes } from '../coordination/ports.ts';
import { add } from '../engine/counts.ts';
import type { Counts } from '../model.ts';

/** What a process did since the tally was made, for metrics and logs. */
export interface Tally {
  /** Sums of what was committed, by the names of a run's counts. */
  counts: Counts;
  /** Durations of the fetches. */
  fetchMs: number[];
  /** Leases that another process held, and commits whose fence was old. */
  leaseConflicts: number;
  /** Runs that a fault paused. */
  halted: number;
}

type Watched = { ledger: Ledger; outcomes: Outcomes };

/** The ports, each call through which is added to a tally. */
export function tallied({ ledger, outcomes }: Watched): Watched & { tally: Tally } {
  const tally: Tally = { counts: {}, fetchMs: [], leaseConflicts: 0, halted: 0 };
  return {
    tally,
    ledger: {
      ...ledger,
      async lease(request) {
        const answer = await ledger.lease(request);
        if (answer.state === 'held') tally.leaseConflicts += 1;
        return answer;
      },
      async commit(commit) {
        const answer = await ledger.commit(commit);
        if (answer.state === 'stale') tally.leaseConflicts += 1;
        if (answer.state === 'done') {
          for (const [name, value] of Object.entries(commit.counts)) add(tally.counts, name, value);
        }
        return answer;
      },
      async moveRun(id, from, to, reason) {
        const isMoved = await ledger.moveRun(id, from, to, reason);
        if (isMoved && reason !== undefined) tally.halted += 1;
        return isMoved;
      },
    },
    outcomes: {
      ...outcomes,
      async write(outcome) {
        const written = await outcomes.write(outcome);
        if (written === outcome) tally.fetchMs.push(...outcome.pages.flatMap(({ ms }) => ms ?? []));
        return written;
      },
    },
  };
}
