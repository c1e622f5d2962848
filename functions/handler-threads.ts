import { existsSync } from 'node:fs';
import { handlerThreadFile } from '../shared/deployment/handler-thread-file.ts';
import type { HandlerThreadOptions } from '../shared/extract/handlers/thread/handler-threads.ts';

/** The share of a function's memory that one thread for handler files may have: the rest is for pages, and for the thread's end. */
const memoryShare = 0.4;

/** How a function with that much memory runs handler files. */
export function handlerThreadOptions(memoryMb: number): HandlerThreadOptions {
  const url = new URL(`./${handlerThreadFile}`, import.meta.url);
  const maxMemoryMb = Math.floor(memoryMb * memoryShare);
  // Tests and tools run this file as it is, and not as it is deployed.
  return existsSync(url) ? { url, maxMemoryMb } : { maxMemoryMb };
}
