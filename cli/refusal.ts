import { type Code, HaltError, type SpinneretError } from '../shared/errors.ts';
import { InvalidFileError, type Problem } from '../shared/job/problems.ts';

/** An error with a code as plain data, with all that is printed of it: one process of a command gives it to another. */
export interface Refusal {
  code: Code;
  message: string;
  remedy: string;
  /** Of a file with mistakes. */
  problems?: Problem[];
}

export function refusalOf(error: SpinneretError): Refusal {
  const { code, message, remedy } = error;
  return { code, message, remedy, ...(error instanceof InvalidFileError && { problems: error.problems }) };
}

/** The error of another process. */
export class RefusedError extends HaltError {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.code, refusal.message);
    this.refusal = refusal;
  }

  override get remedy(): string {
    return this.refusal.remedy;
  }
}
