import { sweepRun } from '../engine/run/sweep.ts';
import type { Run } from '../model.ts';
import type { LocalStore } from './local-store.ts';

/** Called with the number of batches that had lost their messages and were sent again. */
export type OnLost = (run: string, batches: number) => void;

/** The share of `everyMs` for which messages have to be missing. */
const lastingShare = 0.2;

/**
 * Returns a function to be called while a run does not change: it sends the batches again whose messages are lost,
 * for example because the store was edited. Each open batch has a message until it is done, so fewer messages than
 * batches are a proof if that lasts: a commit counts a batch's children a moment before they are sent. At most once
 * per `everyMs` and run: a batch that cannot be found must not be searched for all the time.
 */
export function makeSendLost(
  { ledger, queue, outcomes }: LocalStore,
  everyMs: number,
  onLost: OnLost,
): (run: Run) => Promise<void> {
  const sweptAt = new Map<string, number>();
  const short = new Map<string, { figures: string; since: number }>();
  return async ({ id, state }) => {
    const at = performance.now();
    if (state === 'paused' || at - (sweptAt.get(id) ?? Number.NEGATIVE_INFINITY) < everyMs) return;
    const { waiting } = await queue.depth(id);
    const { open = 0 } = await ledger.readCounts(id);
    const figures = `${waiting} of ${open}`;
    const known = short.get(id);
    const since = known?.figures === figures ? known.since : at;
    short.set(id, { figures, since });
    if (waiting >= open || at - since < everyMs * lastingShare) return;
    sweptAt.set(id, at);
    const { sentAgain } = await sweepRun({ ledger, queue, outcomes, now: Date.now }, id);
    if (sentAgain > 0) onLost(id, sentAgain);
  };
}
