/**
 * Trigger: the browser queue, two batches per event. Writes: as the worker does, and sends other batches to the work queue. Reads no secret
 * of a job but its open sessions: what runs in the browser beside it is of strangers.
 */
import { makeOnePageRenderer } from '../shared/browser/one-page-renderer.ts';
import { unpackChromium } from './unpack-chromium.ts';
import { makeWorkHandler } from './work.ts';

export const handler = makeWorkHandler({
  openBrowser: (maxPages) => makeOnePageRenderer({ findProgram: unpackChromium, maxPages }),
});
