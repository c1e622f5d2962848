import type { Batch, PageRequest } from '../../model.ts';
import { kindOf } from '../../sources/sources.ts';
import type { Engine } from '../engine.ts';
import { makeVisit, type Visit } from '../make-visit.ts';
import type { RunContext } from '../run-context.ts';

/**
 * The requests of a batch that `limits.budgetUsd` pays for, with their price taken from the budget; the others are
 * visits that are skipped. The budget pays for the answers that a request is sure to lead to at once, or for as many as it
 * can. A request that goes on as another one keeps what was paid for it. One that Google does not bill in the end is paid
 * for all the same, so that the budget is never exceeded.
 */
export async function afford(
  { ledger }: Engine,
  { job, env }: RunContext,
  batch: Batch,
  crashes: number,
): Promise<{ affordable: Batch; refused: Visit[] }> {
  const { budgetUsd } = job.limits;
  const priceOf = (request: PageRequest) => {
    const price = request.isPaid ? undefined : kindOf(request).price(request, env);
    return { microUsd: price?.microUsd ?? 0, answers: 1 + (price?.ahead ?? 0) };
  };
  const wanted = batch.requests.map(priceOf).reduce((sum, price) => sum + price.microUsd * price.answers, 0);
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
    const { microUsd, answers } = priceOf(request);
    if (microUsd === 0) {
      requests.push(request);
      continue;
    }
    const paid = Math.min(answers, Math.floor(left / microUsd));
    if (paid < 1) {
      refused.push(makeVisit(request, { end: 'skipped', code: 'LIMIT_BUDGET' }));
      continue;
    }
    left -= paid * microUsd;
    requests.push({ ...request, isPaid: true, ...(paid === 1 ? {} : { paidAhead: paid - 1 }) });
  }
  return { affordable: { ...batch, requests }, refused };
}
