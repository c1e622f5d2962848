import type { Batch, Counts, PageRequest } from '../../model.ts';
import { sumsOfBids } from '../../sources/bid-counts.ts';
import type { Bid } from '../../sources/kind.ts';
import { kindOf } from '../../sources/sources.ts';
import type { Engine } from '../engine.ts';
import type { RunContext } from '../run-context.ts';

/** How old the counts may be by which requests wait for one another. */
const countsAgeMs = 1_000;

/** When a request that waits is looked at again. */
const laterMs = 1_000;

/** The requests of a batch that are worked on now, and those that wait for better ones. */
export interface BestFirst {
  wanted: Batch;
  later: PageRequest[];
}

/**
 * Lets the requests that bid for `limits.budgetUsd` go in the order of what they promise for a dollar, since the budget may end
 * before all of them are paid. A request goes once no further bids are awaited and all better ones have begun; or at once, where the
 * budget covers it and all better ones. Bids that promise the same go as they come. Which requests the budget pays is so
 * a function of what was counted, but for those of the last price that still fits; whether they fit is decided by `afford`.
 */
export async function bestFirst(
  { ledger, now }: Engine,
  { job, env, id }: RunContext,
  batch: Batch,
): Promise<BestFirst> {
  const { budgetUsd } = job.limits;
  const bidOf = (request: PageRequest) =>
    request.isPaid === true ? undefined : kindOf(request).bid(request, env);
  const bids = budgetUsd === undefined ? [] : batch.requests.map(bidOf);
  if (budgetUsd === undefined || !bids.some((bid) => bid !== undefined)) return { wanted: batch, later: [] };
  const counts = await ledger.readCounts(id, { maxAgeMs: countsAgeMs });
  const budget = Math.floor(budgetUsd * 1e6);
  const mustWait = batch.requests.map((_, index) => {
    const bid = bids[index];
    return bid !== undefined && waits(bid, counts, budget);
  });
  const notBefore = now() + laterMs;
  const later = batch.requests.filter((_, index) => mustWait[index]);
  return {
    wanted: { ...batch, requests: batch.requests.filter((_, index) => !mustWait[index]) },
    later: later.map((request) => ({ ...request, notBefore })),
  };
}

function waits({ perUsd, isOpen }: Bid, counts: Counts, budget: number): boolean {
  if (isOpen(counts)) return true;
  // Once the budget did not pay for one of them, there is nothing left to wait for.
  if (Object.keys(counts).some((name) => name.endsWith('skipped:LIMIT_BUDGET'))) return false;
  const sums = sumsOfBids(counts);
  const better = sums.filter((sum) => sum.perUsd > perUsd);
  const upToOwn = sums.filter((sum) => sum.perUsd >= perUsd).reduce((all, sum) => all + sum.announced, 0);
  return upToOwn > budget && better.some(({ announced, begun }) => begun < announced);
}
