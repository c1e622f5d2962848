import { DropError } from '../../errors.ts';

/** The error of a file that is not as its format says, or exceeds what is read of one. */
export function brokenFile(reason: string, cause?: unknown): DropError {
  return new DropError('FILE_BROKEN', reason, cause === undefined ? {} : { cause });
}
