import { sweepRun } from '../engine/run/sweep.ts';
import type { Run } from '../model.ts';
import type { LocalStore } from './local-store.ts';

/** Called with the number of batches that had lost their messages and were sent again. */
export type OnLost = (run: string, batches: number) => void;

/**
 * Returns a function to be called while a run does not change: it sends the batches again whose messages are lost,
 * for example because the store was edited. Each open batch has a message until it is done, so fewer messages than
 * batches are a proof. At most once per `everyMs` and run: a batch that cannot be found must not be searched for
 * all the time.
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
