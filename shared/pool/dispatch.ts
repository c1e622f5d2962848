import { HaltError } from '../errors.ts';
import type { FromProcess } from './messages.ts';
import { reviveError } from './remote-error.ts';
import type { Task } from './task.ts';
import { type IdleProcess, type ProcessOptions, startProcess } from './worker-process.ts';
import {
  crashOf,
  failureOf,
  give,
  isIdle,
  type PendingCall,
  releaseSlot,
  type WorkerSlot,
} from './worker-slot.ts';

export interface ProcessExit {
  name: string;
  pid: number | undefined;
  /** The process ended without being asked to. */
  crashed: boolean;
  reason: string;
}

export interface DispatchOptions extends ProcessOptions {
  size: number;
  graceMs: number;
  maxDeaths: number;
  /** Taken before others are started. */
  processes: IdleProcess[];
  newName(): string;
  onExit(exit: ProcessExit): Promise<void> | void;
}

/** One call of a function on one input. */
export interface Call {
  /** Rejects with `TaskFailure`, with `HaltError`, or with the reason of `cancel` unless the function ended before. */
  result: Promise<unknown>;
  /** Aborts the function's signal, and kills its process after `graceMs`. `result` settles when it has ended. */
  cancel(reason: unknown): void;
}

/** Processes, and calls that wait for one. */
export interface Dispatcher {
  call(task: Task<never, unknown>, input: unknown): Call;
  pids(): number[];
  /** Cancels the calls under way; resolves when no process is left. */
  close(): Promise<void>;
  /** Kills all processes at once, as `kill -9` does; resolves when none is left. */
  kill(): Promise<void>;
  /** Takes no more calls, and gives away the processes that have none. */
  handOver(): IdleProcess[];
}

/** After this many processes in a row that were never ready, the machine or the code is at fault, not the input. */
const maxFailedStarts = 5;

/** Gives each call to a process, and to another one when that dies. Processes are started on demand. */
export function makeDispatcher(options: DispatchOptions): Dispatcher {
  const waiting: PendingCall[] = [];
  const slots = new Set<WorkerSlot>();
  const idle = options.processes.slice(0, options.size);
  for (const child of options.processes.slice(options.size)) child.kill('SIGKILL');
  const { promise: ended, resolve: onEnded } = Promise.withResolvers<void>();
  let isClosed = false;
  let calls = 0;

  const assign = () => {
    while (waiting.length > 0) {
      const slot = [...slots].find(isIdle) ?? (slots.size < options.size ? start() : undefined);
      const call = slot && waiting.shift();
      if (!slot || !call) return;
      if (!give(slot, call)) return assignLater();
    }
  };

  /** A caller that learns of a failure can cancel the rest first. */
  const assignLater = () => queueMicrotask(assign);

  const start = (): WorkerSlot | undefined => {
    try {
      const name = options.newName();
      const events = {
        onMessage: (message: FromProcess) => onMessage(slot, message),
        onEnd: (end: { crashed: boolean; reason: string }) => void onEnd(slot, end),
      };
      const process = startProcess(options, events, idle.shift());
      const slot: WorkerSlot = { name, process, isReady: false, hasExited: false };
      slots.add(slot);
      return slot;
    } catch (error) {
      failAll(error);
      return undefined;
    }
  };

  const onMessage = (slot: WorkerSlot, message: FromProcess) => {
    if (message.type === 'alive' || message.call !== slot.call?.id) return;
    if (message.type === 'started') {
      slot.isReady = true;
      slot.call.failedStarts = 0;
      return;
    }
    const { call } = slot;
    releaseSlot(slot);
    if (message.type === 'done') call.resolve(message.value);
    else call.reject(failureOf(call, reviveError(message.error)));
    if (isClosed) slot.process.end();
    else if (message.type === 'done') assign();
    else assignLater();
  };

  const onEnd = async (slot: WorkerSlot, { crashed, reason }: { crashed: boolean; reason: string }) => {
    slot.hasExited = true;
    clearTimeout(slot.call?.grace);
    try {
      await options.onExit({ name: slot.name, pid: slot.process.pid, crashed, reason });
    } catch (error) {
      failAll(error);
    }
    slots.delete(slot);
    if (slot.call !== undefined) afterDeath(slot.call, slot.isReady, reason);
    assignLater();
    if (isClosed && slots.size === 0) onEnded();
  };

  /** A process that was never ready has not called the function, so its death does not count against the input. */
  const afterDeath = (call: PendingCall, wasReady: boolean, reason: string) => {
    if (wasReady) call.deaths += 1;
    else call.failedStarts += 1;
    if (call.cancelled) call.reject(call.cancelled.reason);
    else if (call.failedStarts >= maxFailedStarts) call.reject(neverReady(reason));
    else if (call.deaths < options.maxDeaths) waiting.unshift(call);
    else call.reject(crashOf(call, reason));
  };

  const cancel = (call: PendingCall, reason: unknown, graceMs = options.graceMs) => {
    const index = waiting.indexOf(call);
    if (index >= 0) waiting.splice(index, 1)[0]?.reject(reason);
    const slot = [...slots].find((other) => other.call === call);
    if (slot === undefined || call.cancelled) return;
    call.cancelled = { reason };
    slot.process.send({ type: 'cancel', call: call.id });
    if (!slot.isReady) slot.process.endUnlessCalled();
    if (graceMs < Infinity && !slot.hasExited) call.grace = setTimeout(() => slot.process.kill(), graceMs);
  };

  const failAll = (error: unknown) => {
    for (const call of [...waiting]) cancel(call, error);
    for (const slot of slots) {
      if (slot.call) cancel(slot.call, error, Infinity);
      slot.process.kill();
    }
  };

  const close = (end: () => void): Promise<void> => {
    isClosed = true;
    for (const child of idle.splice(0)) child.kill('SIGKILL');
    // A caller that waits for the end must not end before it.
    for (const { process } of slots) process.hold(true);
    end();
    if (slots.size === 0) onEnded();
    return ended;
  };

  const cancelAll = () => {
    for (const call of [...waiting]) cancel(call, poolClosed());
    for (const slot of slots) {
      if (slot.call) cancel(slot.call, poolClosed());
      else if (!slot.hasExited) slot.process.end();
    }
  };

  return {
    call(task, input) {
      const { promise: result, resolve, reject } = Promise.withResolvers<unknown>();
      const call: PendingCall = {
        id: calls,
        task,
        args: [...task.bound, input],
        deaths: 0,
        failedStarts: 0,
        resolve,
        reject,
      };
      calls += 1;
      if (isClosed) reject(poolClosed());
      else waiting.push(call);
      assign();
      return { result, cancel: (reason) => cancel(call, reason) };
    },
    pids: () => [...slots].flatMap(({ process, hasExited }) => (hasExited ? [] : (process.pid ?? []))),
    close: () => close(cancelAll),
    kill: () => close(() => failAll(poolClosed())),
    handOver() {
      const given = [...slots].filter(isIdle);
      for (const slot of given) slots.delete(slot);
      void close(cancelAll);
      return given.map(({ process }) => process.release());
    },
  };
}

function neverReady(reason: string): HaltError {
  return new HaltError('WORKER_LOST', `worker processes end at once (${reason})`);
}

export function poolClosed(): HaltError {
  return new HaltError('POOL_CLOSED', 'the pool of processes was closed');
}
