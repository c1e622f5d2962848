import { explainCode, type Reason, writeReason } from '../shared/errors.ts';
import type { Paint } from '../shared/text/paint.ts';

/** Why a run was paused without a command, and what to do about it. */
export function heldUpLines(reason: Reason, paint: Paint): string[] {
  return [`  paused  ${paint('red', writeReason(reason))}`, `  do      ${explainCode(reason.code).remedy}`];
}

/** Why a run is paused, and what to do about it; empty if it goes on, or was paused by a command. */
export function heldUpRunLines(
  { run, state, reason }: { run: string; state: string; reason?: Reason },
  paint: Paint,
): string[] {
  if (state !== 'paused' || reason === undefined) return [];
  return [
    ...heldUpLines(reason, paint),
    `  so far  npx spinneret export ${run} --output items.xlsx     # writes what there is`,
  ];
}
