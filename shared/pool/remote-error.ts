import { inspect } from 'node:util';
import { type Code, DropError, HaltError, RetryError, SpinneretError } from '../errors.ts';

/** An error as plain data: cloning keeps neither its class nor its code. */
export interface RemoteError {
  /** The project's class, if it has one. */
  kind?: 'retry' | 'drop' | 'halt';
  name: string;
  message: string;
  code?: string | number;
  /** For a `RetryError`: epoch ms. */
  retryAt?: number;
  stack?: string;
  cause?: RemoteError;
  /** For an `AggregateError`. */
  errors?: RemoteError[];
}

const maxCauses = 8;

/** Takes any thrown value. */
export function describeError(thrown: unknown, depth = 0): RemoteError {
  try {
    return thrown instanceof Error
      ? describe(thrown, depth)
      : { name: 'Thrown', message: inspect(thrown, { depth: 2 }) };
  } catch (error) {
    // One of its getters throws.
    return { name: 'Thrown', message: `an error that cannot be read: ${String(error)}` };
  }
}

function describe(thrown: Error, depth: number): RemoteError {
  const { code, cause, stack } = thrown as Error & { code?: unknown };
  const kind = kindOf(thrown);
  const isDeep = depth >= maxCauses;
  return {
    ...(kind && { kind }),
    name: thrown.name,
    message: thrown.message,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(thrown instanceof RetryError && thrown.retryAt !== undefined && { retryAt: thrown.retryAt }),
    ...(stack !== undefined && { stack }),
    ...(cause !== undefined && !isDeep && { cause: describeError(cause, depth + 1) }),
    ...(thrown instanceof AggregateError &&
      !isDeep && { errors: thrown.errors.slice(0, maxCauses).map((one) => describeError(one, depth + 1)) }),
  };
}

/**
 * Restores the error, with the stack of where it was thrown. The project's errors get their class; of others,
 * name, message and code are restored.
 */
export function reviveError(remote: RemoteError): Error {
  const options = remote.cause === undefined ? {} : { cause: reviveError(remote.cause) };
  const error = construct(remote, options);
  if (remote.stack !== undefined) error.stack = remote.stack;
  return error;
}

function kindOf(error: Error): RemoteError['kind'] {
  if (!(error instanceof SpinneretError)) return undefined;
  if (error instanceof RetryError) return 'retry';
  return error instanceof HaltError ? 'halt' : 'drop';
}

function construct(
  { kind, name, message, code, retryAt, errors }: RemoteError,
  cause: { cause?: Error },
): Error {
  if (kind === 'retry') {
    return new RetryError(code as Code, message, { ...cause, ...(retryAt === undefined ? {} : { retryAt }) });
  }
  if (kind === 'drop') return new DropError(code as Code, message, cause);
  if (kind === 'halt') return new HaltError(code as Code, message, cause);
  const error =
    errors === undefined
      ? new Error(message, cause)
      : new AggregateError(errors.map(reviveError), message, cause);
  return Object.assign(error, { name }, code === undefined ? {} : { code });
}
