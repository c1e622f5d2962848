import type { Delivery } from '../coordination/ports.ts';
import { type Batch, type Idle, isNewer, stamped } from '../model.ts';
import type { Engine } from './engine.ts';
import { idleAfter } from './idle.ts';
import type { Later } from './pace.ts';

/**
 * What became of a delivery. `done`: the batch is committed and its children are sent. `deferred` and
 * `held`: it was sent again for later. `stale`: another process has taken it over. `dropped`: its run is gone.
 */
export type BatchEnd = 'done' | 'deferred' | 'held' | 'stale' | 'dropped';

/** What marks a batch from now on; what marked it for a time (`withoutPast`) is over. */
export type Marks = Pick<Batch, 'faults' | 'crashes' | 'gaveUp'> & { idle?: Idle | undefined };

/**
 * Sends a batch again for later, one round older unless it waits for somebody else. Sent before it is acknowledged: a crash in between doubles the message,
 * it never loses it.
 */
export async function sendAgain(
  engine: Engine,
  delivery: Delivery,
  end: BatchEnd,
  notBefore: number,
  { slots, place, isWaiting }: Partial<Later> = {},
  { idle, ...marks }: Marks = {},
): Promise<BatchEnd> {
  const now = engine.now();
  const { idle: _, ...own } = ownPart(engine, delivery);
  const batch: Batch = { ...own, ...marks };
  const since = isWaiting === true ? idle : idleAfter(idle, notBefore - now, now);
  if (since !== undefined) batch.idle = since;
  if (slots !== undefined) batch.slot = slots;
  if (place !== undefined) batch.place = place;
  await exchange(engine, delivery, batch, notBefore);
  return end;
}

/** For what is no matter of the batch: its run is paused, or another suspect comes first. */
export async function sendUnchanged(
  engine: Engine,
  delivery: Delivery,
  notBefore: number,
): Promise<BatchEnd> {
  await exchange(engine, delivery, ownPart(engine, delivery), notBefore);
  return 'deferred';
}

/** Gives a delivery back that met a fault, for `delayMs` later. */
export async function putBack(
  engine: Engine,
  delivery: Delivery,
  delayMs: number,
  marks: Marks,
): Promise<void> {
  const { idle } = delivery.batch;
  await sendAgain(engine, delivery, 'deferred', engine.now() + delayMs, {}, { idle, ...marks });
}

async function exchange(engine: Engine, delivery: Delivery, batch: Batch, notBefore: number): Promise<void> {
  await engine.queue.send([{ batch: stamped(batch, engine.version), notBefore }]);
  await engine.queue.acknowledge([delivery]);
}

/** Of a batch that a newer process has written, nothing may be left out. */
function ownPart({ version }: Engine, { batch }: Delivery): Batch {
  return isNewer(batch, version) ? batch : withoutPast(batch);
}

/** What it met on its way so far is over. */
function withoutPast({ slot: _, faults: __, handedOn: ___, gaveUp: ____, ...batch }: Batch): Batch {
  return batch;
}
