import { type ErrorCode, type ErrorEntry, errorCatalogue } from './error-codes.ts';

/** A code of the catalogue, or `HTTP_404` and the like for an error status. */
export type Code = ErrorCode | `HTTP_${number}`;

/** The catalogue's entry for a code; for an `HTTP_…` code, that of its kind. */
export function explainCode(code: Code): ErrorEntry {
  if (code in errorCatalogue) return errorCatalogue[code as ErrorCode];
  return isBusyStatus(Number(code.slice('HTTP_'.length)))
    ? errorCatalogue.HTTP_BUSY
    : errorCatalogue.HTTP_ERROR;
}

/** Why a run paused or ended without a command. */
export interface Reason {
  code: Code;
  message: string;
}

/** The form in which reasons are shown: `CODE: message`. Stores keep the two apart (`coordination/stored-reason.ts`). */
export function writeReason({ code, message }: Reason): string {
  return `${code}: ${message}`;
}

/** Statuses that may pass: not there yet, too early, too many, or a fault of the server. */
export function isBusyStatus(status: number): boolean {
  return (
    status === 202 ||
    status === 408 ||
    status === 425 ||
    status === 429 ||
    (status >= 500 && status !== 501 && status !== 505)
  );
}

interface ErrorOptions {
  cause?: unknown;
  /** Epoch ms before which a retry is pointless. */
  retryAt?: number;
}

/** Every error that the project throws on purpose has a stable code, listed in docs/errors.md. */
export abstract class SpinneretError extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.name = new.target.name;
  }

  /** What the reader can do about it. */
  get remedy(): string {
    return explainCode(this.code).remedy;
  }
}

/** May succeed later: the request is retried while it has attempts left. */
export class RetryError extends SpinneretError {
  readonly retryAt: number | undefined;

  constructor(code: Code, message: string, options: ErrorOptions = {}) {
    super(code, message, options);
    this.retryAt = options.retryAt;
  }
}

/** Will not succeed later either: counted under its code, and not retried. */
export class DropError extends SpinneretError {}

/** The configuration or the machine is at fault: stop and report it to the user. */
export class HaltError extends SpinneretError {}
