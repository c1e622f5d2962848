import { Worker } from 'node:worker_threads';
import { RetryError } from '../../errors.ts';
import { ownModuleUrl } from '../../own-files.ts';
import { brokenFile } from '../kinds/broken-file.ts';
import type { FileAnswer, FileTask } from './file-task.ts';

export interface ThreadLimits {
  timeoutMs: number;
  /** Of the thread's heap: MB. */
  maxMemoryMb: number;
}

/** How often `mustEnd` is asked. */
const tickMs = 250;

/** Starts a thread for one file, whose body moves there, and ends it. Rejects with `FILE_BROKEN`. */
export async function readInThread(
  task: FileTask,
  { timeoutMs, maxMemoryMb }: ThreadLimits,
  mustEnd: () => boolean,
): Promise<FileAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<FileAnswer>();
  const worker = startThread(task, maxMemoryMb);
  const fail = (reason: string) => reject(brokenFile(`${task.page.url}: ${reason}`));
  const timeout = setTimeout(() => fail(`it took longer than ${timeoutMs / 1_000} s to read`), timeoutMs);
  const tick = setInterval(() => {
    if (mustEnd())
      reject(new RetryError('FILE_BROKEN', `${task.page.url}: its function ended while it was read`));
  }, tickMs);
  worker.on('message', resolve);
  worker.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') fail(`it takes more than ${maxMemoryMb} MB to read`);
    else reject(error);
  });
  worker.on('exit', (code) => fail(`its thread ended with code ${code}`));
  try {
    return await promise;
  } finally {
    clearTimeout(timeout);
    clearInterval(tick);
    await worker.terminate();
  }
}

function startThread(task: FileTask, maxMemoryMb: number): Worker {
  return new Worker(ownModuleUrl('shared/extract/aside/aside-thread'), {
    workerData: task,
    transferList: [task.page.body.buffer],
    resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb },
    // What the packages warn of belongs to nobody's output.
    stdout: true,
    stderr: true,
  });
}
