/** A thread that writes and keeps the write lock for a while. */
import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../../../shared/stores/local/database.ts';

const { file, holdMs } = workerData as { file: string; holdMs: number };
const database = openDatabase(file);
database.write(() => {
  database.prepare("INSERT INTO counters (name, value) VALUES ('a', 0)").run();
  parentPort?.postMessage('held');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, holdMs);
});
database.close();
