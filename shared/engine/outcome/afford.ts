import type { Batch, PageRequest } from '../../model.ts';
import { kindOf } from '../../sources/sources.ts';
import type { Engine } from '../engine.ts';
import { makeVisit, type Visit } from '../make-visit.ts';
import type { RunContext } from '../run-context.ts';

/**
 * The requests of a batch that `limits.budgetUsd` pays for, with their price taken from the budget; the others are
 * visits that are skipped. A request that goes on as another one keeps what was paid for it. One that Google does
 * not bill in the end is paid for all the same, so that the budget is never exceeded.
 */
export async function afford(
  { ledger }: Engine,
  { job, env }: RunContext,
  batch: Batch,
  crashes: number,
): Promise<{ affordable: Batch; refused: Visit[] }> {
  const { budgetUsd } = job.limits;
  const priceOf = (request: PageRequest) =>
    request.isPaid ? 0 : (kindOf(request).price(request, env)?.microUsd ?? 0);
  const wanted = batch.requests.reduce((sum, request) => sum + priceOf(request), 0);
  if (budgetUsd === undefined || wanted === 0) return { affordable: batch, refused: [] };

  // Each process that crashed may have sent all requests, and each of them may have been billed.
  const spent = wanted * crashes;
  let left =
    -spent +
    (await ledger.reserve(
      batch.run,
      batch.id,
      'microUsd',
      wanted * (1 + crashes),
      Math.floor(budgetUsd * 1e6),
    ));
  const requests: PageRequest[] = [];
  const refused: Visit[] = [];
  for (const request of batch.requests) {
    const price = priceOf(request);
    if (price > 0 && price > left) {
      refused.push(makeVisit(request, { end: 'skipped', code: 'LIMIT_BUDGET' }));
      continue;
    }
    left -= price;
    requests.push(price === 0 ? request : { ...request, isPaid: true });
  }
  return { affordable: { ...batch, requests }, refused };
}
