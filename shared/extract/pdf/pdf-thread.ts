/** The thread in which one PDF is read: `read-pdf.ts` starts it, and ends it when its time is over. */
import { parentPort, workerData } from 'node:worker_threads';
import { pdfValue } from './pdf-value.ts';
import type { PdfAnswer } from './read-pdf.ts';

const answer = await pdfValue(workerData as Uint8Array).then(
  (value): PdfAnswer => (value === undefined ? { is: 'empty' } : { is: 'value', value }),
  (error: unknown): PdfAnswer => ({
    is: 'broken',
    reason: error instanceof Error ? error.message : String(error),
  }),
);
parentPort?.postMessage(answer);
