/** Why a selector cannot be used, and what to write instead. */
export interface SelectorMistake {
  reason: string;
  hint?: string;
}

/** Thrown by the selector reader; its message is the reason. */
export class SelectorMistakeError extends Error {
  readonly hint: string | undefined;

  constructor(reason: string, hint?: string) {
    super(reason);
    this.hint = hint;
  }
}
