import type { Delivery } from '../../coordination/ports.ts';
import { type Batch, type Idle, isNewer, stamped } from '../../model.ts';
import type { Engine } from '../engine.ts';
import { readBatch } from '../sessions/hidden-addresses.ts';
import type { Later } from '../turns/pace.ts';
import { idleAfter } from './idle.ts';

/**
 * The result of a delivery. `done`: the batch is committed and its children are sent. `deferred` and `held`: it
 * was sent again for later. `stale`: another process has taken it over. `dropped`: its run is gone.
 */
export type BatchEnd = 'done' | 'deferred' | 'held' | 'stale' | 'dropped';

/** The marks of a batch from now on; those for a time (`withoutPast`) are removed. */
export type Marks = Pick<Batch, 'faults' | 'crashes' | 'gaveUp'> & { idle?: Idle | undefined };

/**
 * Sends a batch again for later, one round older unless it waits for others. It is sent before it is acknowledged:
 * a crash in between duplicates the message, and never loses it.
 */
export async function sendAgain(
  engine: Engine,
  delivery: Delivery,
  end: BatchEnd,
  notBefore: number,
  { slots, place, isWaiting, waits, sessions }: Partial<Later> = {},
  { idle, ...marks }: Marks = {},
): Promise<BatchEnd> {
  const now = engine.now();
  const { idle: _, ...own } = ownPart(engine, delivery);
  const batch: Batch = { ...own, ...marks };
  const since = isWaiting === true ? idle : idleAfter(idle, notBefore - now, now);
  if (since !== undefined) batch.idle = since;
  if (slots !== undefined) batch.slot = slots;
  if (place !== undefined) batch.place = place;
  if (waits !== undefined) batch.waits = waits;
  if (sessions !== undefined) batch.sessions = sessions;
  await exchange(engine, delivery, batch, notBefore);
  return end;
}

/** For reasons outside of the batch: its run is paused, or another suspect comes first. */
export async function sendUnchanged(
  engine: Engine,
  delivery: Delivery,
  notBefore: number,
): Promise<BatchEnd> {
  await exchange(engine, delivery, ownPart(engine, delivery), notBefore);
  return 'deferred';
}

/** Sends a delivery that met a fault again, for `delayMs` later. */
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
  await engine.queue.send([{ batch: stamped(readBatch(batch), engine.version), notBefore }]);
  await engine.queue.acknowledge([delivery]);
}

/** A batch that a newer version has written is sent whole, unknown keys included. */
function ownPart({ version }: Engine, { batch }: Delivery): Batch {
  return isNewer(batch, version) ? batch : withoutPast(batch);
}

/** Without the marks of its deliveries so far. */
function withoutPast(batch: Batch): Batch {
  const { slot: _, faults: __, handedOn: ___, gaveUp: ____, waits: _____, ...own } = batch;
  return own;
}
