/**
 * Trigger: the dead-letter queue, one batch an event. Writes: as the worker does. A batch comes here
 * when its process died on five deliveries: it is split into batches of one request; one of a single
 * request goes back to the work queue, until it has failed as BATCH_CRASHED after twenty.
 */
import { makeWorkHandler } from './work.ts';

export const handler = makeWorkHandler({ isLastResort: true });
