import { endOfThread } from './end-tasks.ts';
import { lookAfter } from './look-after.ts';
import { endMember, type PoolThread, startMember, type ThreadPool, tickMs } from './thread-pool.ts';

/** One thread does all the work. There are more only while some are silent, or are done but for what they have begun. */
const maxThreads = 4;

/** Gives each task that waits to a thread, as far as there are any, and looks after them while they have work. */
export function dispatch(pool: ThreadPool): void {
  while (pool.waiting.length > 0) {
    const member = memberForNext(pool);
    const task = member && pool.waiting.shift();
    if (task === undefined) break;
    member?.thread.post(task);
  }
  dispatchSuspect(pool);
  keepLooking(pool);
}

/** In a thread of their own, one at a time: what happens there is known to be this one's. */
function dispatchSuspect(pool: ThreadPool): void {
  const member = [...pool.members].find(({ isForSuspects }) => isForSuspects);
  if (member !== undefined && (member.thread.tasks.size > 0 || !member.isOpen)) return;
  const suspect = pool.suspects.shift();
  if (suspect !== undefined) {
    suspect.ranMs = 0;
    (member ?? start(pool, true)).thread.post(suspect);
  } else if (member !== undefined) void endMember(pool, member);
}

/** A thread that can begin a task soon, started if need be. */
function memberForNext(pool: ThreadPool): PoolThread | undefined {
  const members = [...pool.members].filter(({ isForSuspects }) => !isForSuspects);
  const useful = members.filter(({ isOpen, isSilent }) => isOpen && !isSilent);
  if (useful.length > 0) return useful.find(({ thread }) => thread.hasRoom());
  return members.length < maxThreads ? start(pool, false) : undefined;
}

function start(pool: ThreadPool, isForSuspects: boolean): PoolThread {
  return startMember(pool, isForSuspects, {
    onAnswer(member) {
      if (!member.isOpen && member.thread.tasks.size === 0) void endMember(pool, member);
      dispatch(pool);
    },
    onDeath(member, reason) {
      endOfThread(pool, member, reason);
      dispatch(pool);
    },
  });
}

/** The timer keeps the process alive while any task is under way: threads do not. */
function keepLooking(pool: ThreadPool): void {
  const { members, waiting, suspects } = pool;
  const isBusy =
    waiting.length + suspects.length > 0 || [...members].some(({ thread }) => thread.tasks.size > 0);
  if (isBusy) {
    pool.timer ??= setInterval(() => {
      lookAfter(pool, () => dispatch(pool));
      dispatch(pool);
    }, tickMs);
  } else {
    clearInterval(pool.timer);
    pool.timer = undefined;
  }
}
