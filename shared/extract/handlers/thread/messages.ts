import type { MessagePort } from 'node:worker_threads';
import type { Code } from '../../../errors.ts';
import type { Json } from '../../../model.ts';
import type { PageBase } from '../../links/resolve-url.ts';
import type { ReadAs } from '../../page-content.ts';
import type { Page } from '../../types.ts';
import type { HandlerOutcome } from '../run-handler.ts';

/** A handler file, and the label that names it. All of it crosses to the thread as data. */
export interface HandlerFile {
  /** Absolute, symbolic links resolved. */
  path: string;
  /** As the job writes it, for messages. */
  name: string;
  label: string;
  /** The job's page labels, which links may name. */
  labels: string[];
}

/** A page for a handler file, and the items that the fields of the job file gave. */
export interface PageCall {
  file: HandlerFile;
  page: Page;
  readAs: ReadAs;
  /** Of a page that was read aside, such as a PDF: what it was read as. */
  value: Json | undefined;
  items: Record<string, Json>[];
}

/** What a handler file made of a page. `base`: that of its links; absent without any. */
export type PageAnswer = HandlerOutcome & { base?: PageBase };

/** `load` imports the file; `page` calls its handler. */
export type HandlerWork = { is: 'load'; file: HandlerFile } | ({ is: 'page' } & PageCall);

/** What the thread is sent. `ping` is answered in the shared slots, by a thread whose loop turns. */
export type ToThread = { is: 'work'; slot: number; work: HandlerWork } | { is: 'ping'; count: number };

/** A HaltError or DropError as data: classes of errors do not cross. */
export interface ErrorData {
  isHalt: boolean;
  code: Code;
  message: string;
  cause?: { name: string; message: string; stack: string };
}

/** What the thread answers for a slot. `withdrawn`: the work was taken back before it had begun. */
export type FromThread = { slot: number } & (
  | { is: 'answer'; answer: PageAnswer | undefined }
  | { is: 'error'; error: ErrorData }
  | { is: 'withdrawn' }
);

/** The number of calls that one thread has at once. */
export const slotCount = 64;

/**
 * The states of a slot, in memory that both sides share: they are known of a thread that answers no message. `running`:
 * the handler's own function is being executed, up to its first `await`.
 */
export const slotStates = { free: 0, posted: 1, begun: 2, running: 3, withdrawn: 4 } as const;

/** The shared slots: an Int32 each, and before them the count of the last ping that was answered. */
export function makeSlots(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(4 * (slotCount + 1)));
}

/** The index of the last answered ping. */
export const pingIndex = slotCount;

/** What a thread is started with. */
export interface ThreadData {
  port: MessagePort;
  slots: Int32Array<SharedArrayBuffer>;
}
