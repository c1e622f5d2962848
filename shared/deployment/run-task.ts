import type { Json, SweepFindings } from '../model.ts';

/**
 * What the finish queue carries: things to be done for a run as a whole, one message each. A task that takes
 * longer than one call of the function goes on in messages that it sends itself.
 */

/** Raised when a message of an older reader would no longer be understood, or no longer be done right by it. */
export const runTaskVersion = 1;

/** Exports a run that is over, tells of it, and writes its manifest. */
export interface FinishTask {
  task: 'finish';
  run: string;
  /** Where it stands, if it takes several calls: `Progress` of functions/finish. */
  at?: Json;
}

/** Finds the batches of a run that are open and that nobody works on, and sends them again; ends the run if there are none. */
export interface SweepTask {
  task: 'sweep';
  run: string;
  /** Where to go on, and what was found before. */
  cursor?: string;
  found?: SweepFindings;
}

/** A new one is a member here and an entry of `functions/tasks/tasks.ts`; old readers hand it on. */
export interface RunTasks {
  sweep: SweepTask;
  finish: FinishTask;
}

export type RunTask = RunTasks[keyof RunTasks];

/**
 * `later`: it was written by a newer version than this one, and is for a function of that version: `body` is
 * what to send on instead. `unreadable`: it is no task, or was handed on for a day, and nobody came to read it.
 */
export type ReadTask =
  | { state: 'task'; task: RunTask }
  | { state: 'later'; body: string }
  | { state: 'unreadable' };

/** While a deployment replaces the functions, for which minutes do. */
export const handOnSeconds = 900;

export const maxHandedOn = 96;

export function writeTask(task: RunTask): string {
  return JSON.stringify({ v: runTaskVersion, ...task });
}

/** A message without version and task is of the first deployments, and says that a run is to be finished. */
export function readTask(body: string): ReadTask {
  const message = parseObject(body);
  if (message === undefined || typeof message['run'] !== 'string') return { state: 'unreadable' };
  const { v = runTaskVersion, task = 'finish', ...rest } = message;
  if (typeof v === 'number' && v <= runTaskVersion && isKnown(task)) {
    return { state: 'task', task: { task, ...rest } as unknown as RunTask };
  }
  const { handedOn = 0 } = message;
  if (typeof v !== 'number' || typeof handedOn !== 'number' || handedOn >= maxHandedOn)
    return { state: 'unreadable' };
  return { state: 'later', body: JSON.stringify({ ...message, handedOn: handedOn + 1 }) };
}

/** A record of all, so that a task which is not in it does not compile. */
const known: Record<RunTask['task'], true> = { sweep: true, finish: true };

function isKnown(task: unknown): task is RunTask['task'] {
  return typeof task === 'string' && Object.hasOwn(known, task);
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
