// Limits and intervals of the functions: infra/ sets them, functions/ and tests rely on them.

/** After this many deliveries without an end a batch, or a task of a run, is a dead letter. */
export const workDeliveries = 5;
export const finishDeliveries = 5;

/**
 * Batches of one event of the worker, at most: they share the waiting for their hosts, which is billed once. More than
 * ten take a batching window ("Lambda event source parameters for Amazon SQS", AWS).
 */
export function workEventSize({ batchingWindowMs }: { batchingWindowMs: number }): number {
  return batchingWindowMs === 0 ? 10 : 40;
}

/** Requests that a worker has under way, at most: so many bodies of large pages fit its memory beside everything else. */
export const workerRequests = 96;

/** What a part of a large file takes while it is uploaded: once as it came, once as it is sent. */
const largePartMb = 12;

/** Large files of which a worker holds a part in memory at once: a quarter of it. */
export function largeParts(memoryMb: number): number {
  return Math.max(1, Math.floor(memoryMb / 4 / largePartMb));
}

/** Temporary storage of the finish function; a test compares it with what is sorted there. */
export const finishTmpMib = 1_024;

/** The interval of the watchdog. */
export const watchdogEveryMs = 900_000;

/** The register for what the watchdog remembers from one call to the next. */
export const watchdogRegister = 'spinneret/watchdog';

/** Temporary storage of a function with a browser: Chromium, unpacked, and its profiles. */
export const browserTmpMib = 1_024;

/** Batches of one event: their pages wait for one another. */
export const browserEventSize = 2;

/** What a page takes in a browser of its own, beside what the function itself takes. */
const functionMb = 400;
const pageMb = 300;

/** Pages that are read at once. */
export function pagesAtOnce(memoryMb: number): number {
  return Math.max(1, Math.floor((memoryMb - functionMb) / pageMb));
}
