import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import type { StoreAddress } from '../../library/open-store.ts';
import { lockSkewMs } from '../../shared/coordination/lock-grant.ts';
import type { CoordinationStore } from '../../shared/coordination/ports.ts';
import type { HolderOrders } from './holder-process.ts';

export interface PausedHolderSetup {
  /** A store that other processes can open by `address`; `storeAt` sees it with a clock that is ahead. */
  open(): Promise<{
    address: StoreAddress;
    env?: NodeJS.ProcessEnv;
    storeAt(aheadMs: number): CoordinationStore;
    close(): Promise<void>;
  }>;
}

const leaseMs = 400;

/** A holder that is stopped for longer than its lease, as a real process by SIGSTOP, and goes on. */
export function describePausedHolder(title: string, setup: PausedHolderSetup): void {
  describe(`${title}: a holder that stood still`, () => {
    it('is refused what it writes, and learns that it lost the lock', async () => {
      const { address, env, storeAt, close } = await setup.open();
      const holder = startHolder({ address, leaseMs }, env);
      try {
        // On a busy machine the first leases may have ended before the holder heard of them.
        const { fence } = (await holder.says()) as { fence: number };
        holder.kill('SIGSTOP');
        // The margin for clocks is long; somebody whose clock is ahead by it need not wait.
        const store = storeAt(lockSkewMs);
        const request = { name: 'l', token: 'another', leaseMs: 60_000 };
        const grant = await vi.waitUntil(
          async () => {
            const answer = await store.acquireLock(request);
            return answer.state === 'mine' ? answer : undefined;
          },
          { interval: leaseMs / 4, timeout: 60_000 },
        );
        expect(grant.fence).toBeGreaterThan(fence);
        expect(await store.writeRegister('r', 'by the new holder', grant.fence)).toBe(true);
        holder.send('write');
        holder.kill('SIGCONT');
        expect(await holder.says()).toEqual({ isWritten: false, lost: 'LOCK_LOST', released: 'LOCK_LOST' });
        expect(await store.readRegister('r')).toEqual({ value: 'by the new holder', fence: grant.fence });
        expect(await store.renewLock('l', 'another', leaseMs), 'not released by the stale one').toBe(true);
      } finally {
        holder.kill('SIGKILL');
        await close();
      }
    });
  });
}

function startHolder(
  orders: HolderOrders,
  env: NodeJS.ProcessEnv = {},
): ChildProcess & { says(): Promise<unknown> } {
  const child = fork(new URL('./holder-process.ts', import.meta.url), {
    env: { ...process.env, ...env },
    // The test runner's own arguments are for its own processes.
    execArgv: [],
  });
  child.send(orders);
  return Object.assign(child, { says: async () => (await once(child, 'message'))[0] as unknown });
}
