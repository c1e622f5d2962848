import type { ChangeHistory } from '../model.ts';

/** So many visits a page is taken to have had, at which as large a share of changes was seen as of all pages of the job. */
const assumedVisits = 1;

/**
 * How often a page changes from one run of its job to the next, by what was seen of it before `run`: the bias-reduced estimator of
 * J. Cho and H. Garcia-Molina, "Estimating frequency of change" (ACM Transactions on Internet Technology 3(3), 2003), of n visits at
 * regular intervals of which X showed a change: −log((n − X + 0.5) / (n + 0.5)) for an interval. The intervals of a page are about
 * equal, so that their mean stands for each. `changedShare`: of the pages that the run before asked for, those that had changed.
 */
export function changesPerRun(history: ChangeHistory, run: number, changedShare: number): number {
  const visits = visitsBefore(history, run);
  const counted = visits + assumedVisits;
  const unchanged = counted - history.changes - assumedVisits * changedShare;
  const intervalRuns = visits < 1 ? 1 : Math.max(1, (run - 1 - history.since) / visits);
  return Math.abs(Math.log((counted + 0.5) / (unchanged + 0.5))) / intervalRuns;
}

/**
 * Visits of the page before `run`, after the one that found it. Those since the record was written showed no change, or it would have
 * been written again: they are not written down, and follow from the share of runs that visits the page.
 */
export function visitsBefore({ visits, run: written, share }: ChangeHistory, run: number): number {
  return visits + Math.max(0, run - 1 - written) * share;
}
