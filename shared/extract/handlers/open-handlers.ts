import type { Job } from '../../job/schema.ts';
import type { Json } from '../../model.ts';
import type { Records } from '../kinds/page-kind.ts';
import type { PageBase } from '../links/resolve-url.ts';
import type { PageContent, ReadAs } from '../page-content.ts';
import type { Extraction, Page } from '../types.ts';
import type { Handler, HandlerClass } from './handler.ts';
import { makeHandlerPage, type QueryCache } from './handler-page.ts';
import { handlerOf, locateHandler } from './load-handler.ts';
import { type HandlerOutcome, runHandler } from './run-handler.ts';
import type { CallLimits, HandlerThreads } from './thread/handler-threads.ts';

/** Calls the handler of a label on a page. Rejects as `HandlerThreads.call`. */
export type CallHandler = (
  read: ReadPage,
  limits: Pick<CallLimits, 'mustEnd'>,
) => Promise<{ outcome: HandlerOutcome; base(): PageBase }>;

/** A page, and what the fields of the job file read of it. */
export interface ReadPage {
  page: Page;
  content: PageContent;
  /** What `content` was opened with, for one who opens the page anew. */
  readAs: ReadAs;
  records?: Records | undefined;
  extraction: Extraction;
}

export interface HandlerOptions {
  /** The folder to which handlers are relative, and which must contain them. */
  baseDir: string;
  /** Handlers that are passed as functions, by page label, instead of the files that the job names. */
  handlers?: Readonly<Record<string, Handler | HandlerClass>>;
  /** The time limit of a handler for one page. @default 30_000 */
  handlerTimeoutMs?: number;
  /** The threads for handler files. @default threads of its own, ended by `close` */
  handlerThreads?: () => Promise<HandlerThreads>;
}

export interface OpenHandlers {
  /** By page label. */
  calls: ReadonlyMap<string, CallHandler>;
  close(): Promise<void>;
}

/**
 * Opens the handlers of a job. Files are imported in a thread, where they can be stopped; functions run in this one.
 * Throws HaltError HANDLER_INVALID.
 */
export async function openHandlers({ pages }: Job, options: HandlerOptions): Promise<OpenHandlers> {
  const { handlers = {}, handlerTimeoutMs: timeoutMs = 30_000, baseDir } = options;
  const labels = Object.keys(pages);
  const calls = new Map<string, CallHandler>();
  const files: { label: string; name: string }[] = [];
  for (const [label, { handler: name }] of Object.entries(pages)) {
    const atHand = Object.hasOwn(handlers, label) ? handlers[label] : undefined;
    if (atHand !== undefined)
      calls.set(label, callHere(label, atHand, { timeoutMs, labels: new Set(labels) }));
    else if (name !== undefined) files.push({ label, name });
  }
  if (files.length === 0) return { calls, close: async () => undefined };
  const { threads, close } = await threadsFor(options);
  try {
    for (const { label, name } of files) {
      const file = { path: await locateHandler(name, baseDir), name, label, labels };
      await threads.load(file);
      calls.set(label, callInThread(threads, file, timeoutMs));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { calls, close };
}

/** Few jobs have handler files, so what runs them is loaded by the first that does. */
async function threadsFor({
  handlerThreads,
}: HandlerOptions): Promise<{ threads: HandlerThreads; close(): Promise<void> }> {
  if (handlerThreads !== undefined) return { threads: await handlerThreads(), close: async () => undefined };
  const { openHandlerThreads } = await import('./thread/handler-threads.ts');
  const threads = openHandlerThreads();
  return { threads, close: threads.close };
}

function callHere(
  label: string,
  exported: Handler | HandlerClass,
  limits: { timeoutMs: number; labels: ReadonlySet<string> },
): CallHandler {
  const handler = handlerOf(exported, `the handler of ${label}`);
  const queries: QueryCache = new Map();
  return async ({ page, content, extraction }) => {
    const items = extraction.items.map(({ fields }) => structuredClone(fields));
    const handlerPage = makeHandlerPage(page, content, items, queries);
    return { outcome: await runHandler(handler, handlerPage, limits), base: content.base };
  };
}

function callInThread(
  threads: HandlerThreads,
  file: Parameters<HandlerThreads['load']>[0],
  timeoutMs: number,
): CallHandler {
  return async ({ page, content, readAs, records, extraction }, { mustEnd }) => {
    const items: Record<string, Json>[] = extraction.items.map(({ fields }) => fields);
    // The thread makes the elements of the body, since those of a tree cannot be sent there.
    const { document: _, ...sent } = page;
    const call = { file, page: sent, readAs, value: records?.value, items };
    const { base, ...outcome } = await threads.call(call, { timeoutMs, mustEnd });
    return { outcome, base: () => base ?? content.base() };
  };
}
