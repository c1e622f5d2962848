import { ownModuleUrl } from '../../../own-files.ts';
import { dispatch } from './dispatch.ts';
import { errorOf } from './error-data.ts';
import type { HandlerFile, HandlerWork, PageAnswer, PageCall } from './messages.ts';
import type { HandlerTask } from './open-thread.ts';
import { unstartedError } from './task-errors.ts';
import { endMember, type ThreadPool } from './thread-pool.ts';

/** The threads in which a process runs handler files: started when needed. They keep no process alive. */
export interface HandlerThreads {
  /** Imports a handler file. Rejects with `HaltError` HANDLER_INVALID. */
  load(file: HandlerFile): Promise<void>;
  /**
   * Calls a handler. Rejects with `DropError` HANDLER_FAILED or HANDLER_TIMEOUT, or that of a page that cannot be read;
   * with `RetryError` HANDLER_TIMEOUT or HANDLER_UNSTARTED where the process has to end first.
   */
  call(call: PageCall, limits: CallLimits): Promise<PageAnswer>;
  /** Ends all threads. Only while no call is under way. */
  close(): Promise<void>;
}

export interface CallLimits {
  timeoutMs: number;
  /** Has the process no time left for the call? @default never */
  mustEnd?: (() => boolean) | undefined;
}

export interface HandlerThreadOptions {
  /** A thread with more memory, garbage included, is ended: MB. @default 512 */
  maxMemoryMb?: number;
}

/** The time limit for importing a file. */
const loadTimeoutMs = 30_000;

export function openHandlerThreads({ maxMemoryMb = 512 }: HandlerThreadOptions = {}): HandlerThreads {
  const pool: ThreadPool = {
    url: ownModuleUrl('shared/extract/handlers/thread/thread-main'),
    maxMemoryMb,
    members: new Set(),
    waiting: [],
    suspects: [],
    timer: undefined,
  };
  return {
    async load(file) {
      await submit(pool, { is: 'load', file }, { timeoutMs: loadTimeoutMs });
    },
    async call(call, limits) {
      const answer = await submit(pool, { is: 'page', ...call }, limits);
      if (answer === undefined) throw new Error('a page had the answer of a file');
      return answer;
    },
    async close() {
      clearInterval(pool.timer);
      await Promise.all([...pool.members].map((member) => endMember(pool, member)));
    },
  };
}

function submit(pool: ThreadPool, work: HandlerWork, { timeoutMs, mustEnd = () => false }: CallLimits) {
  const { promise, resolve, reject } = Promise.withResolvers<PageAnswer | undefined>();
  const task: HandlerTask = {
    work,
    timeoutMs,
    mustEnd,
    ranMs: 0,
    answered: (message) => {
      if (message.is === 'answer') resolve(message.answer);
      else reject(errorOf(message.error));
    },
    failed: reject,
  };
  if (mustEnd()) reject(unstartedError(task));
  else pool.waiting.push(task);
  dispatch(pool);
  return promise;
}
