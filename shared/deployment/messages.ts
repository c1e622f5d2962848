import type { Json, SweepFindings } from '../model.ts';

// What functions are called with, apart from batches: the event that starts a run, and the messages of the finish queue,
// which are tasks for a run as a whole, one message each. A task that takes longer than one call of the function continues
// in messages that it sends itself.

/** Raised when an older reader would no longer understand a message, or do the wrong thing with it. */
export const runTaskVersion = 1;

/** Exports a run that is over, announces its end, and writes its manifest. */
export interface FinishTask {
  task: 'finish';
  run: string;
  /** The state of a task that takes several calls: `Progress` of functions/finish. */
  at?: Json;
}

/**
 * Finds the batches of a run that are open and that no process works on, and sends them again; ends the run if
 * there are none.
 */
export interface SweepTask {
  task: 'sweep';
  run: string;
  /** Where to go on, and what was found so far. */
  cursor?: string;
  found?: SweepFindings;
}

/** A new task is a member here and an entry of `functions/tasks/tasks.ts`; older readers hand it on. */
export interface RunTasks {
  sweep: SweepTask;
  finish: FinishTask;
}

export type RunTask = RunTasks[keyof RunTasks];

/**
 * `later`: it was written by a newer version, and is for a function of that version: `body` is to be sent on.
 * `unreadable`: it is no task, or was handed on for a day without a reader.
 */
export type ReadTask =
  | { state: 'task'; task: RunTask }
  | { state: 'later'; body: string }
  | { state: 'unreadable' };

/** The delay while a deployment replaces the functions, which takes minutes. */
export const handOnSeconds = 900;

export const maxHandedOn = 96;

export function writeTask(task: RunTask): string {
  return JSON.stringify({ v: runTaskVersion, ...task });
}

/** A message without version and task is of the first deployments, and means that a run is to be finished. */
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

/** A record of all tasks, so that a missing one does not compile. */
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

/** What starts a run: `spinneret enqueue`, a schedule, or any caller of the start function. */
export interface StartEvent {
  /** The job, as in the YAML file; secrets as `${env:NAME}`. */
  job: Json;
  /** Id of the run, for a caller that may call twice, or has uploaded the run's files already. */
  run?: string;
  /**
   * ISO 8601: the time for which a schedule was set. The run's id is made of it, so that a repeated call starts no
   * second run.
   */
  scheduledAt?: string;
  /** Files that the job names, by their path in the job, to be copied from the assets of the deployment. */
  files?: Record<string, { bucket: string; key: string }>;
}

export type StartAnswer = { run: string; state: 'created' | 'exists' } | { code: string; message: string };
