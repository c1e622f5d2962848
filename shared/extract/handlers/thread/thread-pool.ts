import { type ThreadLook, watchThread } from './look-at-thread.ts';
import { type DeathReason, type HandlerTask, type HandlerThread, openThread } from './open-thread.ts';

/** A thread of a process, and what is known of it. */
export interface PoolThread {
  readonly thread: HandlerThread;
  readonly look: () => ThreadLook;
  /** Works on suspects, one at a time. */
  readonly isForSuspects: boolean;
  /** Gets further tasks. `false` also when a handler was given up in it that may still go on. */
  isOpen: boolean;
  /** It has given no task a turn for some time. */
  isSilent: boolean;
}

/** The threads of a process, and the tasks that wait for one. */
export interface ThreadPool {
  readonly url: URL;
  readonly maxMemoryMb: number;
  readonly members: Set<PoolThread>;
  waiting: HandlerTask[];
  /** Tasks of which one, nobody knows which, has ended a thread: each is worked on by itself. */
  suspects: HandlerTask[];
  timer: NodeJS.Timeout | undefined;
}

/** How often threads that have work are looked at; time limits are as exact as that. */
export const tickMs = 50;

export interface MemberEvents {
  onAnswer(member: PoolThread): void;
  onDeath(member: PoolThread, reason: DeathReason): void;
}

export function startMember(
  pool: ThreadPool,
  isForSuspects: boolean,
  { onAnswer, onDeath }: MemberEvents,
): PoolThread {
  const thread = openThread({
    url: pool.url,
    onAnswer: () => onAnswer(member),
    onDeath: (reason) => onDeath(member, reason),
  });
  const look = watchThread(thread);
  const member: PoolThread = { thread, look, isForSuspects, isOpen: true, isSilent: false };
  pool.members.add(member);
  return member;
}

/** Ends a thread, whatever is done in it. */
export async function endMember(pool: ThreadPool, member: PoolThread): Promise<void> {
  pool.members.delete(member);
  await member.thread.end();
}

/** Gives tasks back to those that wait, before all others: they have waited longest. */
export function putBack(pool: ThreadPool, tasks: Iterable<HandlerTask>): void {
  const again = [...tasks];
  for (const task of again) task.ranMs = 0;
  pool.waiting.unshift(...again);
}
