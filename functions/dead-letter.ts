/**
 * Trigger: the dead-letter queue, one batch per event. Writes: as the worker does. A batch comes here after five
 * deliveries without an end: Lambda was throttled, or its process died before it took a lease. It goes back to the
 * work queue, without being counted as crashed. One that, by the ledger, has killed its process too often is
 * split, or has failed.
 */
import { makeWorkHandler } from './work.ts';

export const handler = makeWorkHandler({ isLastResort: true });
