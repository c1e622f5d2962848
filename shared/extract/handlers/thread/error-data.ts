import { DropError, HaltError, SpinneretError } from '../../../errors.ts';
import { describeThrown } from '../thrown.ts';
import type { ErrorData } from './messages.ts';

/** An error of the product as data, to cross to another thread. Errors of any other kind are faults of ours. */
export function errorDataOf(error: unknown): ErrorData | undefined {
  if (!(error instanceof SpinneretError)) return undefined;
  const { code, message } = error;
  const isHalt = error instanceof HaltError;
  const { message: ownMessage, frames, cause } = describeThrown(error.cause);
  if (cause === undefined) return { isHalt, code, message };
  const name = nameOf(cause);
  return {
    isHalt,
    code,
    message,
    cause: { name, message: ownMessage, stack: `${name}: ${ownMessage}\n${frames}` },
  };
}

export function errorOf({ isHalt, code, message, cause }: ErrorData): HaltError | DropError {
  const options = cause === undefined ? {} : { cause: Object.assign(new Error(cause.message), cause) };
  return isHalt ? new HaltError(code, message, options) : new DropError(code, message, options);
}

/** A name may be a getter that throws. */
function nameOf(error: Error): string {
  try {
    return String(error.name);
  } catch {
    return 'Error';
  }
}
