import type { RunTask, RunTasks } from '../../shared/deployment/messages.ts';
import { finish } from './finish.ts';
import { sweep } from './sweep.ts';
import type { NextTask, TaskCall, TaskHandler } from './task-call.ts';

/** Every task has its handler: a missing one does not compile. */
const handlers: { [Name in RunTask['task']]: TaskHandler<RunTasks[Name]> } = { finish, sweep };

/** Does a task by its handler. */
export function doTask<Name extends RunTask['task']>(
  call: TaskCall,
  task: RunTasks[Name] & { task: Name },
): Promise<NextTask[]> {
  return handlers[task.task](call, task);
}
