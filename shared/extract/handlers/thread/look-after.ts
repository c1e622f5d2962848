import { endInTime, endOfThread, giveUp } from './end-tasks.ts';
import type { HandlerTask } from './open-thread.ts';
import { unstartedError } from './task-errors.ts';
import { type PoolThread, putBack, type ThreadPool } from './thread-pool.ts';

/** After that a thread is silent: it gets no more tasks, and those that it has not begun go elsewhere. */
const silentMs = 500;

/** Looks once at all tasks and threads. `onLater` is called when a thread was ended after that. */
export function lookAfter(pool: ThreadPool, onLater: () => void): void {
  pool.waiting = pool.waiting.filter(isInTime);
  pool.suspects = pool.suspects.filter(isInTime);
  for (const member of pool.members) lookAt(pool, member, onLater);
}

function isInTime(task: HandlerTask): boolean {
  if (!task.mustEnd()) return true;
  task.failed(unstartedError(task));
  return false;
}

function lookAt(pool: ThreadPool, member: PoolThread, onLater: () => void): void {
  const { thread } = member;
  if ([...thread.tasks.values()].some((task) => task.mustEnd())) {
    endInTime(pool, member);
    return;
  }
  const look = member.look();
  member.isSilent = look.silentMs >= silentMs;
  if (member.isSilent) putBack(pool, thread.withdraw());
  if (look.isUnclear) {
    endOfThread(pool, member, undefined);
    return;
  }
  for (const task of look.overdue) giveUp(pool, member, task, look.silentMs > 0);
  // A task that takes so long may be filling the memory.
  if (thread.begun().some(({ task }) => task.ranMs > 0)) void boundMemory(pool, member, onLater);
}

async function boundMemory(pool: ThreadPool, member: PoolThread, onLater: () => void): Promise<void> {
  const bytes = await member.thread.memory();
  if (bytes === undefined || bytes <= pool.maxMemoryMb * 1_000_000 || !pool.members.has(member)) return;
  endOfThread(pool, member, { is: 'memory' });
  onLater();
}
