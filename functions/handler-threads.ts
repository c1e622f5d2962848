import type { HandlerThreadOptions } from '../shared/extract/handlers/thread/handler-threads.ts';

/**
 * The share of a function's memory that one thread for handler files may have, and one for a PDF or workbook: the rest is for
 * pages, and for the ends of threads.
 */
const memoryShare = 0.4;

/** How a function with that much memory runs handler files, and reads PDFs and workbooks. */
export function handlerThreadOptions(memoryMb: number): HandlerThreadOptions {
  return { maxMemoryMb: Math.floor(memoryMb * memoryShare) };
}
