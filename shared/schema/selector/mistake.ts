/** Why a selector cannot be used, in words, and what to write instead. */
export interface SelectorMistake {
  reason: string;
  hint?: string;
}

/** What the reader of selectors throws; its message is the reason. */
export class SelectorMistakeError extends Error {
  readonly hint: string | undefined;

  constructor(reason: string, hint?: string) {
    super(reason);
    this.hint = hint;
  }
}
