import type { RunTask } from '../../shared/deployment/run-task.ts';
import type { Environment, Stores } from '../environment.ts';
import type { Watch } from '../watch.ts';

/** What a task is given by the call of the function that it is done in. */
export interface TaskCall {
  environment: Environment;
  stores: Stores;
  watch: Watch;
  /** How often its message was received, this time included: more than once when a call failed or died. */
  receives: number;
  /** Until Lambda ends the function. */
  remainingMs(): number;
}

/** A task that goes on in another call. */
export interface NextTask {
  task: RunTask;
  /** @default at once; at most 15 minutes */
  delayMs?: number;
}

/**
 * Does a task, or a part of it, and returns what is to go on: those are sent before the message is acknowledged.
 * Whatever it does may be done twice, also by two calls at once: a message is delivered at least once. What it
 * returns must depend on the task and on what is stored alone, so that a second delivery sends the same. When it
 * rejects, the message comes back, five times in all.
 */
export type TaskHandler<Task extends RunTask> = (call: TaskCall, task: Task) => Promise<NextTask[]>;
