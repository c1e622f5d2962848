import type { Batch, PageRequest } from '../../model.ts';
import { kindOf } from '../../sources/sources.ts';
import type { Engine } from '../engine.ts';
import { makeVisit, type Visit } from '../make-visit.ts';
import type { RunContext } from '../run-context.ts';

/**
 * The requests of a batch that `limits.budgetUsd` pays for, with their price taken from the budget; the others are
 * visits that are skipped. The budget pays for the answers that a request is sure to lead to at once, or for as many as it
 * can. A request that goes on as another one keeps what was paid for it, unless a process crashed with it and the budget
 * does not cover that. One that Google does not bill in the end is paid for all the same, so that the budget is never exceeded.
 */
export async function afford(
  { ledger }: Engine,
  { job, env }: RunContext,
  batch: Batch,
  crashes: number,
): Promise<{ affordable: Batch; refused: Visit[] }> {
  const { budgetUsd } = job.limits;
  const prices = batch.requests.map((request) => priceOf(request, env));
  const unpaid = prices.reduce((sum, { microUsd, answers }) => sum + microUsd * answers, 0);
  // Each process that crashed may have sent all requests, and each of them may have been billed.
  const spent = crashes * prices.reduce((sum, { ofAnswer }) => sum + ofAnswer, 0);
  const wanted = unpaid + spent;
  if (budgetUsd === undefined || wanted === 0) return { affordable: batch, refused: [] };

  const limit = Math.floor(budgetUsd * 1e6);
  const reserved = await ledger.reserve(batch.run, batch.id, 'microUsd', wanted, limit);
  const { requests, refused } = grant(batch.requests, prices, reserved - spent);
  return { affordable: { ...batch, requests }, refused };
}

/** `left`: millionths of a dollar that the batch has for them; less than 0 where crashed processes may have spent more than it has. */
function grant(
  asked: PageRequest[],
  prices: Price[],
  left: number,
): { requests: PageRequest[]; refused: Visit[] } {
  const requests: PageRequest[] = [];
  const refused: Visit[] = [];
  let rest = left;
  for (const [index, request] of asked.entries()) {
    const { microUsd, answers, ofAnswer } = prices[index] ?? free;
    if (microUsd === 0 && (rest >= 0 || ofAnswer === 0)) {
      requests.push(request);
      continue;
    }
    const paid = microUsd === 0 ? 0 : Math.min(answers, Math.floor(rest / microUsd));
    if (paid < 1) {
      // What was paid for it before pays for an answer that a crashed process may have had.
      if (microUsd === 0) rest += ofAnswer;
      refused.push(makeVisit(request, { end: 'skipped', code: 'LIMIT_BUDGET' }));
      continue;
    }
    rest -= paid * microUsd;
    requests.push({ ...request, isPaid: true, ...(paid === 1 ? {} : { paidAhead: paid - 1 }) });
  }
  return { requests, refused };
}

interface Price {
  /** Millionths of a dollar, of each of its answers that are to be paid yet. */
  microUsd: number;
  answers: number;
  /** What an answer of it is billed as, whether it was paid before or not. */
  ofAnswer: number;
}

const free: Price = { microUsd: 0, answers: 1, ofAnswer: 0 };

function priceOf(request: PageRequest, env: RunContext['env']): Price {
  const { microUsd = 0, ahead = 0 } = kindOf(request).price(request, env) ?? {};
  return { microUsd: request.isPaid ? 0 : microUsd, answers: 1 + ahead, ofAnswer: microUsd };
}
