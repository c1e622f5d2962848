import type { Run } from '../../shared/model.ts';
import { formatNoun } from '../../shared/text/format.ts';

/**
 * A run with open batches that no messages stand for. `lost`: nobody will work on them; `unsure`: the run has just
 * begun, and the queue's count may be behind.
 */
export interface MissingMessages {
  state: 'lost' | 'unsure';
  open: number;
}

/** The command that sends a run's lost batches again. */
export function sendAgainCommand({ id, state }: Pick<Run, 'id' | 'state'>, flags: string): string {
  return `npx spinneret ${state === 'cancelled' ? 'cancel' : 'resume'} ${id} ${flags}`;
}

export function missingText({ open, state }: MissingMessages): string {
  const batches = `${formatNoun(open, 'batch is', 'batches are')} open, and fewer messages stand for ${open === 1 ? 'it' : 'them'}`;
  return state === 'lost'
    ? `${batches}: its messages are lost`
    : `${batches}; it has just begun, and the queue’s count may be a minute behind: if it does not go on, its messages are lost`;
}

export function missingLine(run: Pick<Run, 'id' | 'state'>, missing: MissingMessages, flags: string): string {
  return `${missingText(missing)}, and this sends them again: ${sendAgainCommand(run, flags)}`;
}
