import type { RunTask } from '../../shared/deployment/messages.ts';
import type { Environment, Stores } from '../environment.ts';
import type { Watch } from '../watch.ts';

/** What a task gets from the call of the function. */
export interface TaskCall {
  environment: Environment;
  stores: Stores;
  watch: Watch;
  /** How often its message was received, this time included: more than once when a call failed or died. */
  receives: number;
  /** Time until Lambda ends the function. */
  remainingMs(): number;
}

/** A task that continues in another call. */
export interface NextTask {
  task: RunTask;
  /** @default at once; at most 15 minutes */
  delayMs?: number;
}

/**
 * Does a task, or a part of it, and returns the tasks that follow: those are sent before the message is
 * acknowledged. All of it may be done twice, also by two calls at the same time, since a message is delivered at
 * least once. The result must depend only on the task and on what is stored, so that a second delivery sends the
 * same. When it rejects, the message is redelivered, five times in total.
 */
export type TaskHandler<Task extends RunTask> = (call: TaskCall, task: Task) => Promise<NextTask[]>;
