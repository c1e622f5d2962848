import { MessageChannel, Worker } from 'node:worker_threads';
import {
  type FromThread,
  type HandlerWork,
  makeSlots,
  pingIndex,
  slotCount,
  slotStates,
  type ThreadData,
  type ToThread,
} from './messages.ts';

/** A call of a handler file, wherever it is: waiting, or in a thread. */
export interface HandlerTask {
  readonly work: HandlerWork;
  readonly timeoutMs: number;
  /** Has the process no time left for it? */
  mustEnd(): boolean;
  /** How long a thread has worked on it, measured by looks at the thread. */
  ranMs: number;
  answered(message: Extract<FromThread, { is: 'answer' | 'error' }>): void;
  failed(error: Error): void;
}

/** Why a thread ended by itself: `memory`, the error that it threw, or the code of its exit. */
export type DeathReason = { is: 'memory' } | { is: 'thrown'; error: unknown } | { is: 'exit'; code: number };

/** A thread, with the tasks that it has. */
export interface HandlerThread {
  /** Tasks by slot; those that were taken back are no longer among them. */
  readonly tasks: ReadonlyMap<number, HandlerTask>;
  /** The number of tasks that it has answered. */
  readonly answeredCount: number;
  hasRoom(): boolean;
  post(task: HandlerTask): void;
  /** Takes back the tasks that it has not begun. */
  withdraw(): HandlerTask[];
  /** Its answer to this one is no longer wanted. */
  forget(task: HandlerTask): void;
  /** The tasks that it has begun; of at most one of them the handler's own function is being executed. */
  begun(): { task: HandlerTask; isRunning: boolean }[];
  /** Has its event loop turned since the last call? */
  hasTurned(): boolean;
  /** Bytes of its heap and of buffers; garbage counts. `undefined` once it has ended. */
  memory(): Promise<number | undefined>;
  /** It answers nothing from here on. */
  end(): Promise<void>;
}

export interface ThreadOptions {
  /** The module that is started. */
  url: URL;
  /** Called after each answer. */
  onAnswer(): void;
  /** Called when it has ended without `end`. */
  onDeath(reason: DeathReason): void;
}

/**
 * V8's own limit of a thread's heap: MB. Where a single allocation passes it, V8 aborts the whole process; so it is far
 * above the limit that `memory()` is for.
 */
const heapLimitMb = 4_096;

/** Starts a thread. It keeps no process alive. */
export function openThread({ url, onAnswer, onDeath }: ThreadOptions): HandlerThread {
  const slots = makeSlots();
  const free = Array.from({ length: slotCount }, (_, slot) => slot);
  const tasks = new Map<number, HandlerTask>();
  // A channel of its own: what a handler does with the thread's own port stays without effect.
  const { port1: port, port2 } = new MessageChannel();
  const worker = new Worker(url, {
    workerData: { slots, port: port2 } satisfies ThreadData,
    transferList: [port2],
    resourceLimits: { maxOldGenerationSizeMb: heapLimitMb },
  });
  const send = (message: ToThread, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  let answeredCount = 0;
  let pings = 0;
  let hasEnded = false;
  let thrown: DeathReason | undefined;
  port.on('message', (message: FromThread) => {
    if (hasEnded) return;
    const task = tasks.get(message.slot);
    tasks.delete(message.slot);
    Atomics.store(slots, message.slot, slotStates.free);
    free.push(message.slot);
    if (message.is === 'withdrawn') return;
    answeredCount += 1;
    task?.answered(message);
    onAnswer();
  });
  port.unref();
  worker.unref();
  worker.on('error', (error: unknown) => {
    thrown = isOutOfMemory(error) ? { is: 'memory' } : { is: 'thrown', error };
  });
  worker.on('exit', (code) => {
    if (hasEnded) return;
    hasEnded = true;
    onDeath(thrown ?? { is: 'exit', code });
  });
  return {
    tasks,
    get answeredCount() {
      return answeredCount;
    },
    hasRoom: () => free.length > 0,
    post(task) {
      const slot = free.pop();
      if (slot === undefined) throw new Error('a thread has more tasks than slots');
      tasks.set(slot, task);
      Atomics.store(slots, slot, slotStates.posted);
      const { work, transfer } = asMessage(task.work);
      send({ is: 'work', slot, work }, transfer);
    },
    withdraw() {
      const { posted, withdrawn } = slotStates;
      return [...tasks].flatMap(([slot, task]) => {
        if (Atomics.compareExchange(slots, slot, posted, withdrawn) !== posted) return [];
        // The slot stays taken until the thread has seen it.
        tasks.delete(slot);
        return [task];
      });
    },
    forget(task) {
      for (const [slot, other] of tasks) if (other === task) tasks.delete(slot);
    },
    begun: () =>
      [...tasks].flatMap(([slot, task]) => {
        const state = Atomics.load(slots, slot);
        return state === slotStates.posted ? [] : [{ task, isRunning: state === slotStates.running }];
      }),
    hasTurned() {
      if (Atomics.load(slots, pingIndex) !== pings) return false;
      pings += 1;
      send({ is: 'ping', count: pings });
      return true;
    },
    async memory() {
      const used = await worker.getHeapStatistics().catch(() => undefined);
      return used && used.total_heap_size + used.external_memory + used.malloced_memory;
    },
    async end() {
      hasEnded = true;
      tasks.clear();
      port.close();
      await worker.terminate();
    },
  };
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

/** The body is copied once, and the copy handed over: the page is read on here, and may be needed for another thread. */
function asMessage(work: HandlerWork): { work: HandlerWork; transfer: ArrayBuffer[] } {
  if (work.is === 'load') return { work, transfer: [] };
  const body = new Uint8Array(work.page.body);
  return { work: { ...work, page: { ...work.page, body } }, transfer: [body.buffer] };
}
