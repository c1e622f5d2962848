/** The thread in which one file is read: `read-in-thread.ts` starts it, and ends it when its time is over. */
import { parentPort, workerData } from 'node:worker_threads';
import { DropError } from '../../errors.ts';
import { brokenFile } from '../kinds/broken-file.ts';
import type { FileAnswer, FileKind, FileTask } from './file-task.ts';

type Reader = (task: FileTask) => Promise<Extract<FileAnswer, { is: 'records' }>>;

/** Each loads nothing of the others. */
const readers: Readonly<Record<FileKind, Reader>> = {
  pdf: async ({ page }) => {
    const { pdfRecords } = await import('../pdf/pdf-records.ts');
    return { is: 'records', ...(await pdfRecords(page)), notes: [] };
  },
  xlsx: async ({ page, table }) => {
    const { sheetRecords } = await import('../xlsx/read-xlsx.ts');
    return { is: 'records', ...sheetRecords(page, table) };
  },
};

const task = workerData as FileTask;
const answer = await readers[task.kind](task).catch((error: unknown): FileAnswer => {
  const reason = error instanceof Error ? error.message : String(error);
  const { code, message } = error instanceof DropError ? error : brokenFile(`${task.page.url}: ${reason}`);
  return { is: 'dropped', code, message };
});
parentPort?.postMessage(answer);
