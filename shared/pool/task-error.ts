import { inspect } from 'node:util';
import { DropError } from '../errors.ts';

/**
 * A function failed on an input: TASK_FAILED when it threw (`cause` is what it threw, with the stack of its
 * process), TASK_CRASHED when its process died each time.
 */
export class TaskError extends DropError {
  readonly input: unknown;
  /** 0-based. */
  readonly index: number;

  constructor(failure: TaskFailure, input: unknown, index: number) {
    super(failure.code, `${failure.task} on input ${index}, ${brief(input)}: ${failure.message}`, {
      cause: failure.cause,
    });
    this.input = input;
    this.index = index;
  }
}

/** The failure of one call; the caller knows the input. */
export class TaskFailure extends Error {
  readonly code: 'TASK_FAILED' | 'TASK_CRASHED';
  readonly task: string;

  constructor(code: TaskFailure['code'], task: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.task = task;
  }
}

const maxShown = 80;

function brief(input: unknown): string {
  const text = inspect(input, { depth: 1, breakLength: Infinity, maxStringLength: maxShown });
  return text.length > maxShown ? `${text.slice(0, maxShown - 1)}…` : text;
}
