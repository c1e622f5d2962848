import { HaltError } from '../shared/errors.ts';

/** Valid arguments that make no sense together. */
export function usageError(message: string): HaltError {
  return new HaltError('USAGE', message);
}
