import type { Engine } from '../engine.ts';

/**
 * Ends the run when no batch is open. Called before a batch is acknowledged: if this process dies, the batch is
 * redelivered and another process ends the run. May be repeated.
 */
export async function finishRun(
  { ledger, onOver }: Pick<Engine, 'ledger' | 'onOver'>,
  run: string,
  knownOpen: number | undefined,
): Promise<boolean> {
  const open = knownOpen ?? (await ledger.readCounts(run))['open'];
  if (open !== 0) return false;
  const isMoved = await ledger.moveRun(run, ['running', 'paused'], 'finished');
  await onOver?.(run);
  return isMoved;
}
