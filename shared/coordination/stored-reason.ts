import { type Code, type Reason, writeReason } from '../errors.ts';
import { isNewer, type Outcome } from '../model.ts';

/**
 * A reason as the stores keep it: code and message apart and, beside them, the text `CODE: message`, which is all that
 * a process of version 0.1 reads and writes. `formatVersion` did not rise for it, since such a process, working on
 * the same run during a rollout, still finds the text it expects. When `formatVersion` rises next, the text can go.
 */
export interface StoredReason {
  text: string;
  code?: string | undefined;
  message?: string | undefined;
}

export function storeReason(reason: Reason): Required<Reason> & { text: string } {
  return { ...reason, text: writeReason(reason) };
}

/**
 * A process of version 0.1 replaces the text alone, so that code and message may be those of an earlier reason: they
 * count only where the text agrees with them.
 */
export function readStoredReason({ text, code, message }: StoredReason): Reason {
  if (code === undefined || message === undefined) return readTextOfReason(text);
  const reason = { code: code as Code, message };
  return writeReason(reason) === text ? reason : readTextOfReason(text);
}

/** A text without a code was not written by Spinneret itself: it is an unforeseen fault. */
function readTextOfReason(text: string): Reason {
  const [, code = 'FAULT_LASTS', message = text] = /^([A-Z][A-Z0-9_]*): (.*)$/s.exec(text) ?? [];
  return { code: code as Code, message };
}

type Halt = NonNullable<Outcome['halt']>;

/** `reason` is the text of version 0.1, whose outcomes have no code and message. */
type StoredHalt = Pick<Halt, 'at'> & Partial<Reason> & { reason: string };

export type StoredOutcome = Omit<Outcome, 'halt'> & { halt?: StoredHalt };

/** The outcome as the stores write it: with the text of its halt, for processes of version 0.1. */
export function storeOutcome({ halt, ...outcome }: Outcome): StoredOutcome {
  return halt === undefined ? outcome : { ...outcome, halt: { ...halt, reason: writeReason(halt) } };
}

/** The outcome that a store has read. One of a newer version is left as it is: nothing is known of its halt. */
export function readStoredOutcome(stored: StoredOutcome): Outcome {
  const { halt, ...outcome } = stored;
  if (halt === undefined) return outcome;
  if (isNewer(stored)) return stored as Outcome;
  const { reason: text, code, message, at } = halt;
  return { ...outcome, halt: { ...readStoredReason({ text, code, message }), at } };
}
