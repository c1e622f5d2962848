/** Trigger: the work queue, up to forty batches per event. Writes: table, outcomes, work queue, finish queue. */
import { makeWorkHandler } from './work.ts';

export const handler = makeWorkHandler();
