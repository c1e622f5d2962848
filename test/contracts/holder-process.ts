/**
 * Holds a lock, and writes at the first message from its parent, whether it still has the lock or not. Says what it saw:
 * `{ fence }`, then `{ isWritten, lost, released }`.
 */
import { openStore, type StoreAddress } from '../../library/open-store.ts';
import { makeLocks } from '../../shared/coordination/lock.ts';

export interface HolderOrders {
  address: StoreAddress;
  leaseMs: number;
}

process.once('message', async ({ address, leaseMs }: HolderOrders) => {
  using opened = await openStore(address);
  const lock = await makeLocks(opened.store, { owner: `holder-${process.pid}` }).acquire('l', { leaseMs });
  const message = new Promise((resolve) => process.once('message', resolve));
  process.send?.({ fence: lock.fence });
  await message;
  const isWritten = await opened.store.writeRegister('r', 'by the stale holder', lock.fence);
  const released = await lock.release().then(
    () => 'quietly',
    (error: { code: string }) => error.code,
  );
  // Only now: what was said to the process is heard before its timers are, after a stop.
  const lost = lock.signal.reason as { code?: string } | undefined;
  process.send?.({ isWritten, lost: lost?.code, released });
  process.disconnect();
});
