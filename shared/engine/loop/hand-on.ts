import type { Delivery } from '../../coordination/ports.ts';
import { formatVersion } from '../../model.ts';
import type { Engine } from '../engine.ts';

/** The pause doubles each time: a deployment replaces its functions within minutes, a staged one within hours. */
const delayMs = { min: 15_000, max: 900_000 };

/** After this many times, over three hours, no newer process is to be expected. */
const maxHandedOn = 16;

/**
 * Leaves a batch that a newer version has written to a newer process: it is sent again unchanged, except for the
 * count, each time later, and then acknowledged. So old and new workers share a run while a deployment replaces
 * the old ones. Where no newer one comes, as after a roll-back, the run is paused, with the reason. `pauseMs`: the
 * run is paused, and its batches come back after this time.
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
