import type { Engine } from './engine.ts';

/**
 * Ends the run when no batch is open. Called before a batch is acknowledged, so that if this process
 * dies the batch comes back and another one sees it. Repeating it changes nothing.
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
