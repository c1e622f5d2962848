/** The thread in which handler files run: `open-thread.ts` starts it, and ends it when a handler does not give it back. */
import { workerData } from 'node:worker_threads';
import { openContent } from '../../page-content.ts';
import type { Handler } from '../handler.ts';
import { makeHandlerPage, type QueryCache } from '../handler-page.ts';
import { importHandler } from '../load-handler.ts';
import { runHandler } from '../run-handler.ts';
import { errorDataOf } from './error-data.ts';
import {
  type FromThread,
  type HandlerFile,
  type HandlerWork,
  type PageAnswer,
  type PageCall,
  pingIndex,
  slotStates,
  type ThreadData,
  type ToThread,
} from './messages.ts';

const { slots, port } = workerData as ThreadData;
const handlers = new Map<string, Promise<Handler>>();
const queries: QueryCache = new Map();

port.on('message', (message: ToThread) => {
  if (message.is === 'ping') Atomics.store(slots, pingIndex, message.count);
  else void answer(message.slot, message.work);
});

async function answer(slot: number, work: HandlerWork): Promise<void> {
  const { posted, begun } = slotStates;
  if (Atomics.compareExchange(slots, slot, posted, begun) !== posted) return post({ slot, is: 'withdrawn' });
  try {
    post({ slot, is: 'answer', answer: await perform(slot, work) });
  } catch (error) {
    const data = errorDataOf(error);
    // A fault of ours ends the thread, and is reported by its end.
    if (data === undefined) throw error;
    post({ slot, is: 'error', error: data });
  }
}

function post(message: FromThread): void {
  port.postMessage(message);
}

async function perform(slot: number, work: HandlerWork): Promise<PageAnswer | undefined> {
  const handler = await handlerOf(work.file);
  return work.is === 'load' ? undefined : callOnPage(slot, handler, work);
}

/** Imported once per thread, whichever labels and runs use it. */
function handlerOf({ path, name }: HandlerFile): Promise<Handler> {
  const known = handlers.get(path);
  if (known !== undefined) return known;
  const imported = importHandler(path, name);
  handlers.set(path, imported);
  return imported;
}

async function callOnPage(
  slot: number,
  handler: Handler,
  { file, page, readAs, value, items }: PageCall,
): Promise<PageAnswer> {
  const content = openContent(page, readAs, value === undefined ? undefined : { value });
  // The time is kept outside: a thread that computes could not keep its own.
  const limits = { timeoutMs: Number.POSITIVE_INFINITY, labels: new Set(file.labels) };
  const result = await runHandler(
    marked(slot, handler),
    makeHandlerPage(page, content, items, queries),
    limits,
  );
  return result.links.length === 0 ? result : { ...result, base: content.base() };
}

/** Shows in the shared slots which handler is executed, should it never return. */
function marked(slot: number, handler: Handler): Handler {
  return (page) => {
    Atomics.store(slots, slot, slotStates.running);
    try {
      return handler(page);
    } finally {
      Atomics.store(slots, slot, slotStates.begun);
    }
  };
}
