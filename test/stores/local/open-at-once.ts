/** A thread that opens each new store at the same moment as the others. */
import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../../../shared/stores/local/database.ts';

const { files, barrier, threads } = workerData as {
  files: string[];
  barrier: SharedArrayBuffer;
  threads: number;
};
const arrived = new Int32Array(barrier);

let problem = '';
for (const [round, file] of files.entries()) {
  Atomics.add(arrived, 0, 1);
  while (Atomics.load(arrived, 0) < (round + 1) * threads);
  try {
    openDatabase(file).close();
  } catch (error) {
    problem = String(error);
  }
}
parentPort?.postMessage(problem);
