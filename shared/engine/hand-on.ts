import type { Delivery } from '../coordination/ports.ts';
import { formatVersion } from '../model.ts';
import type { Engine } from './engine.ts';

/** The pause doubles each time: a deployment replaces its functions within minutes, a staged one within hours. */
const delayMs = { min: 15_000, max: 900_000 };

/** So often handed on, over three hours, a batch meets no newer process any more. */
const maxHandedOn = 16;

/**
 * Leaves what a newer process has written to a newer process: sent again as it is, but for how often that was done,
 * each time later; then acknowledged. So old and new workers share a run while a deployment replaces the old ones.
 * Where no newer one comes, as after a deployment that was taken back, the run is paused, with the reason. `pauseMs`:
 * the run is paused, and its batches look again after so long.
 */
export async function handOn(
  { ledger, queue, limits, now, version = formatVersion }: Engine,
  delivery: Delivery,
  pauseMs: number | undefined,
): Promise<void> {
  const { handedOn: before = 0, ...batch } = delivery.batch;
  const handedOn = pauseMs === undefined ? before + 1 : 0;
  if (handedOn > maxHandedOn) {
    const message = `batches of a newer version met only workers of version ${version}, ${handedOn} times in a row`;
    await ledger.moveRun(batch.run, ['running'], 'paused', { code: 'FORMAT_NEWER', message });
  }
  const waitMs = pauseMs ?? Math.min(delayMs.max, limits.maxPauseMs, delayMs.min * 2 ** before);
  const handed = handedOn > 0 ? { ...batch, handedOn } : batch;
  await queue.send([{ batch: handed, notBefore: now() + waitMs }]);
  await queue.acknowledge([delivery]);
}
