import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { DropError } from '../../errors.ts';
import type { Json } from '../../model.ts';
import { ownModuleUrl } from '../../own-files.ts';
import { formatNoun } from '../../text/format.ts';
import { brokenFile } from '../kinds/broken-file.ts';
import type { Records } from '../kinds/page-kind.ts';
import type { Page } from '../types.ts';

/** What the thread answers. */
export type PdfAnswer =
  | { is: 'value'; value: Record<string, Json> }
  | { is: 'empty' }
  | { is: 'broken'; reason: string };

export interface PdfLimits {
  /** @default 30_000 */
  timeoutMs?: number;
  /** Of the thread's heap. @default 512 */
  maxMemoryMb?: number;
}

/**
 * Reads a PDF in a thread of its own, so that one that never ends, or fills the memory, costs its page alone. Rejects with `DropError`:
 * `FILE_BROKEN`; `NO_TEXT` for one without any text.
 */
export async function readPdf(
  { url, body }: Page,
  { timeoutMs = 30_000, maxMemoryMb = 512 }: PdfLimits = {},
): Promise<Records> {
  const answer = await answerOfThread(body, timeoutMs, maxMemoryMb);
  if (answer.is === 'broken') throw brokenFile(`${url}: ${answer.reason}`);
  if (answer.is === 'empty') {
    throw new DropError('NO_TEXT', `${url} is a PDF without text: its pages are pictures, or empty`);
  }
  const { pages } = answer.value;
  return { value: answer.value, about: formatNoun(Array.isArray(pages) ? pages.length : 0, 'page') };
}

async function answerOfThread(body: Uint8Array, timeoutMs: number, maxMemoryMb: number): Promise<PdfAnswer> {
  const module = ownModuleUrl('shared/extract/pdf/pdf-thread');
  // The functions on AWS are bundled without it.
  if (!existsSync(module))
    return { is: 'broken', reason: 'a PDF, which is read on a machine and not on AWS' };
  const { promise, resolve, reject } = Promise.withResolvers<PdfAnswer>();
  const worker = new Worker(module, {
    workerData: new Uint8Array(body),
    resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb },
    // What the package warns of belongs to nobody's output.
    stdout: true,
    stderr: true,
  });
  const broken = (reason: string) => resolve({ is: 'broken', reason });
  const timer = setTimeout(() => broken(`it took longer than ${timeoutMs / 1_000} s to read`), timeoutMs);
  worker.on('message', resolve);
  worker.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') broken(`it takes more than ${maxMemoryMb} MB to read`);
    else reject(error);
  });
  worker.on('exit', (code) => broken(`its thread ended with code ${code}`));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
