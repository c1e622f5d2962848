import { sweepRun } from '../../shared/engine/sweep.ts';
import type { Run } from '../../shared/model.ts';
import type { LocalStore } from './local-store.ts';

/** Called with the number of batches that had lost their messages and were sent again. */
export type OnLost = (run: string, batches: number) => void;

/**
 * Makes what is called while nothing of a run changes: it sends the batches again whose messages are lost, to somebody's
 * edit of the store, say. Each open batch has a message until it is done, so fewer messages than batches are a proof.
 * At most once in `everyMs` and run: a batch that nobody can tell any more must not be looked for all the time.
 */
export function makeSendLost(
  { ledger, queue, outcomes }: LocalStore,
  everyMs: number,
  onLost: OnLost,
): (run: Run) => Promise<void> {
  const sweptAt = new Map<string, number>();
  return async ({ id, state }) => {
    const at = performance.now();
    if (state === 'paused' || at - (sweptAt.get(id) ?? Number.NEGATIVE_INFINITY) < everyMs) return;
    const { waiting } = await queue.depth(id);
    const { open = 0 } = await ledger.readCounts(id);
    if (waiting >= open) return;
    sweptAt.set(id, at);
    const { sentAgain } = await sweepRun({ ledger, queue, outcomes, now: Date.now }, id);
    if (sentAgain > 0) onLost(id, sentAgain);
  };
}
