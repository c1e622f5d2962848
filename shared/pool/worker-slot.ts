import { HaltError } from '../errors.ts';
import type { Task } from './task.ts';
import { TaskFailure } from './task-error.ts';
import type { WorkerProcess } from './worker-process.ts';

/** A call that waits for a process, or is under way in one. */
export interface PendingCall {
  id: number;
  task: Task<never, unknown>;
  args: unknown[];
  deaths: number;
  /** Consecutive processes that ended before they could call it. */
  failedStarts: number;
  cancelled?: { reason: unknown };
  grace?: NodeJS.Timeout;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** One slot of the pool, taken by a process until what that held is released. */
export interface WorkerSlot {
  name: string;
  process: WorkerProcess;
  /** It has loaded the module of a function once. */
  isReady: boolean;
  hasExited: boolean;
  call?: PendingCall | undefined;
}

export function isIdle({ call, hasExited }: WorkerSlot): boolean {
  return call === undefined && !hasExited;
}

/** False if the arguments cannot be cloned: the call has failed. */
export function give(slot: WorkerSlot, call: PendingCall): boolean {
  const { id, task, args } = call;
  slot.call = call;
  slot.process.hold(true);
  try {
    slot.process.send({
      type: 'call',
      call: id,
      name: slot.name,
      module: task.module,
      export: task.name,
      args,
    });
    return true;
  } catch (error) {
    releaseSlot(slot);
    call.reject(failureOf(call, error));
    return false;
  }
}

/** A process without a call does not keep its parent alive. */
export function releaseSlot(slot: WorkerSlot): void {
  clearTimeout(slot.call?.grace);
  slot.call = undefined;
  slot.process.hold(false);
}

/** That the function could not be called at all is not the input's fault. */
export function failureOf({ task }: PendingCall, error: unknown): Error {
  if (error instanceof HaltError && error.code === 'TASK_INVALID') return error;
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new TaskFailure('TASK_FAILED', task.name, said, error);
}

export function crashOf({ task, deaths }: PendingCall, reason: string): Error {
  const times = deaths === 1 ? 'once' : `${deaths} times`;
  return new TaskFailure('TASK_CRASHED', task.name, `its process died ${times} (${reason})`);
}
