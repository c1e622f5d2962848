import { Worker } from 'node:worker_threads';

/** Plain JavaScript in a thread, since a function may block the main thread for ever. */
const watch = `
const { workerData: parent } = require('node:worker_threads');
const cell = new Int32Array(new SharedArrayBuffer(4));
while (process.ppid === parent) Atomics.wait(cell, 0, 0, 500);
// Time for the main thread to end by itself, if it can.
Atomics.wait(cell, 0, 0, 3_000);
process.kill(process.pid, 'SIGKILL');
`;

/** Ends this process when `parent`, by its pid, has ended, even while a function blocks the main thread. */
export function watchParent(parent: number): void {
  const thread = new Worker(watch, { eval: true, workerData: parent });
  thread.once('online', () => thread.unref());
}
