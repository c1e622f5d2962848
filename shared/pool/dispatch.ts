import { HaltError } from '../errors.ts';
import type { FromProcess } from './messages.ts';
import { reviveError } from './remote-error.ts';
import { crashOf, failureOf, give, isIdle, type PendingCall, type Seat, vacate } from './seat.ts';
import type { Task } from './task.ts';
import { type ProcessOptions, startProcess } from './worker-process.ts';

export interface ProcessExit {
  name: string;
  pid: number | undefined;
  /** Nobody asked it to end. */
  crashed: boolean;
  reason: string;
}

export interface DispatchOptions extends ProcessOptions {
  size: number;
  graceMs: number;
  maxDeaths: number;
  newName(): string;
  onExit(exit: ProcessExit): Promise<void> | void;
}

/** One call of a function on one input. */
export interface Call {
  /** Rejects with `TaskFailure`, with `HaltError`, or with the reason of `cancel` unless the function ended before. */
  result: Promise<unknown>;
  /** Tells the function, and kills its process after `graceMs`. `result` settles when it has ended. */
  cancel(reason: unknown): void;
}

/** Processes, and calls that wait for one. */
export interface Dispatcher {
  call(task: Task<never, unknown>, input: unknown): Call;
  pids(): number[];
  /** Cancels what is under way; resolves when no process is left. */
  close(): Promise<void>;
  /** Ends all at once, as `kill -9` does; resolves when no process is left. */
  kill(): Promise<void>;
}

/** Ends in a row of a call's processes that were never ready: the machine or the code is at fault, not the input. */
const maxFailedStarts = 5;

/** Gives each call to a process, and to another one when that dies. Processes are started as they are needed. */
export function makeDispatcher(options: DispatchOptions): Dispatcher {
  const waiting: PendingCall[] = [];
  const seats = new Set<Seat>();
  const { promise: ended, resolve: onEnded } = Promise.withResolvers<void>();
  let isClosed = false;
  let calls = 0;

  const assign = () => {
    while (waiting.length > 0) {
      const seat = [...seats].find(isIdle) ?? (seats.size < options.size ? start() : undefined);
      const call = seat && waiting.shift();
      if (!seat || !call) return;
      if (!give(seat, call)) return assignLater();
    }
  };

  /** Whoever hears of a failure may call off the rest first. */
  const assignLater = () => queueMicrotask(assign);

  const start = (): Seat | undefined => {
    try {
      const name = options.newName();
      const process = startProcess(options, {
        onMessage: (message) => onMessage(seat, message),
        onEnd: (end) => void onEnd(seat, end),
      });
      const seat: Seat = { name, process, isReady: false, hasEnded: false };
      seats.add(seat);
      return seat;
    } catch (error) {
      failAll(error);
      return undefined;
    }
  };

  const onMessage = (seat: Seat, message: FromProcess) => {
    if (message.type === 'alive' || message.call !== seat.call?.id) return;
    if (message.type === 'started') {
      seat.isReady = true;
      seat.call.failedStarts = 0;
      return;
    }
    const { call } = seat;
    vacate(seat);
    if (message.type === 'done') call.resolve(message.value);
    else call.reject(failureOf(call, reviveError(message.error)));
    if (isClosed) seat.process.end();
    else if (message.type === 'done') assign();
    else assignLater();
  };

  const onEnd = async (seat: Seat, { crashed, reason }: { crashed: boolean; reason: string }) => {
    seat.hasEnded = true;
    clearTimeout(seat.call?.grace);
    try {
      await options.onExit({ name: seat.name, pid: seat.process.pid, crashed, reason });
    } catch (error) {
      failAll(error);
    }
    seats.delete(seat);
    if (seat.call !== undefined) afterDeath(seat.call, seat.isReady, reason);
    assignLater();
    if (isClosed && seats.size === 0) onEnded();
  };

  /** A process that was never ready has not called the function: that is no death of the input's. */
  const afterDeath = (call: PendingCall, wasReady: boolean, reason: string) => {
    if (wasReady) call.deaths += 1;
    else call.failedStarts += 1;
    if (call.cancelled) call.reject(call.cancelled.reason);
    else if (call.failedStarts >= maxFailedStarts) call.reject(neverReady(reason));
    else if (call.deaths < options.maxDeaths) waiting.unshift(call);
    else call.reject(crashOf(call, reason));
  };

  const cancel = (call: PendingCall, reason: unknown, graceMs = options.graceMs) => {
    const place = waiting.indexOf(call);
    if (place >= 0) waiting.splice(place, 1)[0]?.reject(reason);
    const seat = [...seats].find((other) => other.call === call);
    if (seat === undefined || call.cancelled) return;
    call.cancelled = { reason };
    seat.process.send({ type: 'cancel', call: call.id });
    if (graceMs < Infinity && !seat.hasEnded) call.grace = setTimeout(() => seat.process.kill(), graceMs);
  };

  const failAll = (error: unknown) => {
    for (const call of [...waiting]) cancel(call, error);
    for (const seat of seats) {
      if (seat.call) cancel(seat.call, error, Infinity);
      seat.process.kill();
    }
  };

  const close = (end: () => void): Promise<void> => {
    isClosed = true;
    // Whoever waits for the end must not end before.
    for (const { process } of seats) process.hold(true);
    end();
    if (seats.size === 0) onEnded();
    return ended;
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
    pids: () => [...seats].flatMap(({ process, hasEnded }) => (hasEnded ? [] : (process.pid ?? []))),
    close: () =>
      close(() => {
        for (const call of [...waiting]) cancel(call, poolClosed());
        for (const seat of seats) {
          if (seat.call) cancel(seat.call, poolClosed());
          else if (!seat.hasEnded) seat.process.end();
        }
      }),
    kill: () => close(() => failAll(poolClosed())),
  };
}

function neverReady(reason: string): HaltError {
  return new HaltError('WORKER_LOST', `worker processes end at once (${reason})`);
}

export function poolClosed(): HaltError {
  return new HaltError('POOL_CLOSED', 'the pool of processes was closed');
}
