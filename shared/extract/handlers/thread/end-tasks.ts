import type { DeathReason, HandlerTask } from './open-thread.ts';
import { cutError, deathError, overdueError, unstartedError } from './task-errors.ts';
import { endMember, type PoolThread, putBack, type ThreadPool } from './thread-pool.ts';

/**
 * Fails a task whose time is over. Its handler may go on, so its thread is ended: at once where no other task can be
 * worked on in it, else when those that it has begun are done.
 */
export function giveUp(pool: ThreadPool, member: PoolThread, task: HandlerTask, isSilent: boolean): void {
  const { thread } = member;
  task.failed(overdueError(task));
  thread.forget(task);
  member.isOpen = false;
  putBack(pool, isSilent ? thread.tasks.values() : thread.withdraw());
  if (isSilent || thread.tasks.size === 0) void endMember(pool, member);
}

/** The process ends before the tasks of this thread are done: what had begun has had an attempt. */
export function endInTime(pool: ThreadPool, member: PoolThread): void {
  const { tasks } = member.thread;
  const begun = new Set(member.thread.begun().map(({ task }) => task));
  putBack(
    pool,
    [...tasks.values()].filter((task) => !task.mustEnd()),
  );
  for (const task of tasks.values()) {
    if (task.mustEnd()) task.failed(begun.has(task) ? cutError(task) : unstartedError(task));
  }
  void endMember(pool, member);
}

/**
 * Ends a thread that has died, or is to die for its memory, or (without a reason) because one of its tasks computes
 * without end. The only task of a new thread is the cause. Otherwise that whose function was being executed is worked on
 * again by itself, and so is each one that had begun where there is none: any of them may be the cause, or what earlier
 * ones left behind.
 */
export function endOfThread(pool: ThreadPool, member: PoolThread, reason: DeathReason | undefined): void {
  const { thread } = member;
  const unbegun = thread.withdraw();
  const begun = thread.begun();
  const running = begun.find(({ isRunning }) => isRunning);
  const isNew = thread.answeredCount === 0;
  void endMember(pool, member);
  if (isNew && begun.length === 0 && reason !== undefined) failToStart(unbegun, reason);
  else putBack(pool, unbegun);
  const [first] = begun;
  if (isNew && begun.length === 1 && first !== undefined && reason !== undefined) {
    first.task.failed(deathError(first.task, reason, pool));
    return;
  }
  const suspects = running === undefined ? begun : [running];
  pool.suspects.unshift(...suspects.map(({ task }) => task));
  putBack(
    pool,
    begun.filter((other) => !suspects.includes(other)).map(({ task }) => task),
  );
}

/** Another thread would end in the same way. */
function failToStart(tasks: HandlerTask[], reason: DeathReason): void {
  const error = new Error('a thread for handlers ended before it began', { cause: reason });
  for (const task of tasks) task.failed(error);
}
