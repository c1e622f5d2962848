import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { openStore, type StoreAddress } from '../../library/open-store.ts';
import { makeLocks } from '../../shared/coordination/lock.ts';
import type { CoordinationStore } from '../../shared/coordination/ports.ts';
import type { TaskContext } from '../../shared/pool/task.ts';

/** The input of every process: which store, which counter, how often to add one. */
export interface Orders {
  store: StoreAddress;
  counter: string;
  increments: number;
}

/** Reads, adds one and writes, as `counter += 1` does in threads: updates of other processes in between are lost. */
export function withoutLock(orders: Orders, _process: number): Promise<void> {
  return repeat(orders, async (store) => {
    const { value } = await store.readRegister(orders.counter);
    await yieldToOthers();
    await store.writeRegister(orders.counter, Number(value ?? 0) + 1);
  });
}

/** `with lock:` */
export function withAwaitUsing(orders: Orders, _process: number, { name }: TaskContext): Promise<void> {
  return repeat(orders, async (store) => {
    await using lock = await makeLocks(store, { owner: name }).acquire(orders.counter);
    await addOne(store, orders.counter, lock.fence);
  });
}

/** `lock.acquire()`, then `lock.release()`. */
export function withAcquireAndRelease(
  orders: Orders,
  _process: number,
  { name }: TaskContext,
): Promise<void> {
  return repeat(orders, async (store) => {
    const lock = await makeLocks(store, { owner: name }).acquire(orders.counter);
    try {
      await addOne(store, orders.counter, lock.fence);
    } finally {
      await lock.release();
    }
  });
}

/** The store adds atomically, so that no lock is needed. */
export function withAtomicAdd(orders: Orders, _process: number): Promise<void> {
  return repeat(orders, (store) => store.addToCounter(orders.counter, 1));
}

/** The final value of a counter. */
export async function readTotal({ store: address, counter }: Orders): Promise<number> {
  using opened = await openStore(address);
  const { value } = await opened.store.readRegister(counter);
  return value === undefined ? opened.store.readCounter(counter) : Number(value);
}

/** The fence makes it exact even if this process was stopped for longer than its lease. */
async function addOne(store: CoordinationStore, counter: string, fence: number): Promise<void> {
  const { value } = await store.readRegister(counter, fence);
  await yieldToOthers();
  const isWritten = await store.writeRegister(counter, Number(value ?? 0) + 1, fence);
  if (!isWritten) throw new Error(`${counter}: the lock was lost, and another has written since`);
}

async function repeat(
  { store: address, increments }: Orders,
  step: (store: CoordinationStore) => Promise<void>,
): Promise<void> {
  using opened = await openStore(address);
  for (let done = 0; done < increments; done += 1) await step(opened.store);
}
