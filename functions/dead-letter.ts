/**
 * Trigger: the dead-letter queue, one batch an event. Writes: as the worker does. A batch comes here after five
 * deliveries that came to nothing: Lambda was throttled, or its process died before it took a lease. It goes back to
 * the work queue, without blame. One that has killed its process too often, by the ledger, is split, or has failed.
 */
import { makeWorkHandler } from './work.ts';

export const handler = makeWorkHandler({ isLastResort: true });
