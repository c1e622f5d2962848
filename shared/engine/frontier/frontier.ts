import type { FrontierEntry, FrontierStore, Ledger } from '../../coordination/ports.ts';
import { HaltError } from '../../errors.ts';
import { priorityOf } from '../../job/page-order.ts';
import type { Outcome, PageRequest } from '../../model.ts';
import { isPage } from '../../sources/sources.ts';
import { batchHostOf } from '../outcome/group.ts';
import type { RunContext } from '../run-context.ts';
import { asStoredBy } from '../sessions/hidden-addresses.ts';

/** Throws `HaltError` ORDER_UNSUPPORTED where the store has no frontiers. */
export function frontierOf(ledger: Ledger): FrontierStore {
  const { putInFrontier, drawFromFrontier } = ledger;
  if (putInFrontier === undefined || drawFromFrontier === undefined) {
    throw new HaltError('ORDER_UNSUPPORTED', 'the store keeps no pages by their priority');
  }
  return { putInFrontier, drawFromFrontier };
}

/**
 * Lets the pages that an outcome brought into the run wait until they are drawn. Before its children are sent, so that no draw finds too
 * few. A job without an order puts nothing.
 */
export async function putAdmitted(
  ledger: Ledger,
  { job, order }: Pick<RunContext, 'job' | 'order'>,
  outcome: Outcome,
  admitted: PageRequest[],
): Promise<void> {
  if (order === undefined) return;
  const entries = admitted
    .filter(({ kind }) => isPage(kind))
    .map((stored): FrontierEntry => {
      const request = asStoredBy(outcome, stored);
      const host = batchHostOf(outcome, request);
      return {
        host,
        priority: priorityOf(job, request),
        depth: order === 'breadth' ? request.depth : 0,
        request,
      };
    });
  if (entries.length > 0) await frontierOf(ledger).putInFrontier(outcome.run, outcome.batch, entries);
}
