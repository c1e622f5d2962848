import { type Code, explainCode } from '../shared/errors.ts';
import type { Paint } from '../shared/observe/paint.ts';

/** Why something was paused by itself, as `CODE: message`, and what to do about it. */
export function heldUpLines(reason: string, paint: Paint): string[] {
  const [code = ''] = reason.split(': ');
  return [`  paused  ${paint('red', reason)}`, `  do      ${explainCode(code as Code).remedy}`];
}

/** The same of a run; nothing where it goes on, or was paused by command. */
export function heldUpRunLines(
  { run, state, reason }: { run: string; state: string; reason?: string },
  paint: Paint,
): string[] {
  if (state !== 'paused' || reason === undefined) return [];
  return [
    ...heldUpLines(reason, paint),
    `  so far  npx spinneret export ${run} --output items.xlsx     # writes what there is`,
  ];
}
