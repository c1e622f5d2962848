import { type ErrorCode, type ErrorEntry, errorCatalogue } from './error-codes.ts';

/** A code of the catalogue, or `HTTP_404` and the like for an error status. */
export type Code = ErrorCode | `HTTP_${number}`;

/** The catalogue's entry for a code; of `HTTP_…` codes, for their kind. */
export function explainCode(code: Code): ErrorEntry {
  if (code in errorCatalogue) return errorCatalogue[code as ErrorCode];
  return isBusyStatus(Number(code.slice('HTTP_'.length)))
    ? errorCatalogue.HTTP_BUSY
    : errorCatalogue.HTTP_ERROR;
}

/** Why something came about by itself. */
export interface Reason {
  code: Code;
  message: string;
}

/** As people read it, and as it is stored: `CODE: message`. */
export function writeReason({ code, message }: Reason): string {
  return `${code}: ${message}`;
}

/** Of a stored text. What has no code was written by something else than Spinneret: a fault that nobody foresaw. */
export function readReason(text: string): Reason {
  const [, code = 'FAULT_LASTS', message = text] = /^([A-Z][A-Z0-9_]*): (.*)$/s.exec(text) ?? [];
  return { code: code as Code, message };
}

/** Statuses that may pass: not there yet, too early, too many, or the server's own trouble. */
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
  /** Epoch ms before which trying again is pointless. */
  retryAt?: number;
}

/** Every error the project raises on purpose carries a stable code, listed in docs/errors.md. */
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

/** May work later: the request is tried again while it has attempts left. */
export class RetryError extends SpinneretError {
  readonly retryAt: number | undefined;

  constructor(code: Code, message: string, options: ErrorOptions = {}) {
    super(code, message, options);
    this.retryAt = options.retryAt;
  }
}

/** Will not work later either: counted under its code, and done. */
export class DropError extends SpinneretError {}

/** The configuration or the machine is wrong: stop and tell the user. */
export class HaltError extends SpinneretError {}
