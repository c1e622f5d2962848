import { DropError, HaltError, RetryError, type SpinneretError } from '../../../errors.ts';
import { describeThrown } from '../thrown.ts';
import type { DeathReason, HandlerTask } from './open-thread.ts';
import type { ThreadPool } from './thread-pool.ts';

/** Its time is over. */
export function overdueError(task: HandlerTask): SpinneretError {
  return errorOf(task, 'HANDLER_TIMEOUT', `took longer than ${task.timeoutMs} ms`);
}

/** It has ended its thread. */
export function deathError(
  task: HandlerTask,
  reason: DeathReason,
  { maxMemoryMb }: Pick<ThreadPool, 'maxMemoryMb'>,
): SpinneretError {
  switch (reason.is) {
    case 'memory':
      return errorOf(task, 'HANDLER_FAILED', `used more than ${maxMemoryMb} MB of memory`);
    case 'exit':
      return errorOf(task, 'HANDLER_FAILED', `ended its thread, with code ${reason.code}`);
    case 'thrown': {
      const { message, frames, cause } = describeThrown(reason.error);
      return errorOf(task, 'HANDLER_FAILED', frames === '' ? message : `${message}\n${frames}`, cause);
    }
    default:
      return reason satisfies never;
  }
}

/** The process ends first: the page is tried again. */
export function cutError({ work, ranMs }: HandlerTask): SpinneretError {
  const message = `The handler of ${work.file.label}: was ended after ${Math.round(ranMs)} ms, with its function`;
  return new RetryError('HANDLER_TIMEOUT', message);
}

/** The process ends before it has begun: the page loses no attempt. */
export function unstartedError({ work }: HandlerTask): SpinneretError {
  const message = `The handler of ${work.file.label}: its function had no time left for it`;
  return new RetryError('HANDLER_UNSTARTED', message);
}

function errorOf(
  { work }: HandlerTask,
  code: 'HANDLER_FAILED' | 'HANDLER_TIMEOUT',
  what: string,
  cause?: Error,
): SpinneretError {
  const options = cause === undefined ? {} : { cause };
  const { label, name } = work.file;
  if (work.is === 'load')
    return new HaltError('HANDLER_INVALID', `${name} cannot be imported: it ${what}`, options);
  return new DropError(code, `The handler of ${label}: ${what}`, options);
}
