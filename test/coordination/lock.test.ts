import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { machineClock } from '../../shared/coordination/lease.ts';
import { makeLocks } from '../../shared/coordination/lock.ts';
import type { LockStore } from '../../shared/coordination/ports.ts';
import { openDatabase } from '../../shared/stores/local/database.ts';
import { makeLocalCoordination } from '../../shared/stores/local/local-coordination.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { describePausedHolder } from '../contracts/paused-holder-contract.ts';
import { makeVirtualClock } from '../engine/virtual-clock.ts';

function openFresh() {
  const folder = temporaryFolder();
  const file = join(folder.path, 'store.db');
  const database = openDatabase(file);
  return {
    address: { file },
    storeAt: (aheadMs: number) => makeLocalCoordination(database, () => Date.now() + aheadMs),
    close: async () => {
      database.close();
      folder.remove();
    },
  };
}

function enterStore() {
  const fresh = openFresh();
  onTestFinished(fresh.close);
  return fresh.storeAt(0);
}

describePausedHolder('makeLocks on SQLite', { open: async () => openFresh() });

describe('makeLocks', () => {
  it('asks again when the grant comes later than its lease lasts', async () => {
    const store = enterStore();
    let lateMs = 0;
    let asked = 0;
    const slow: LockStore = {
      ...store,
      async acquireLock(request) {
        asked += 1;
        if (asked === 1) lateMs += request.leaseMs;
        return store.acquireLock(request);
      },
    };
    const clock = { ...machineClock, monotonicMs: () => performance.now() + lateMs };
    const lock = await makeLocks(slow, { owner: 'p', clock }).acquire('l', { leaseMs: 60_000 });
    expect({ asked, fence: lock.fence, isLost: lock.signal.aborted }).toEqual({
      asked: 2,
      fence: 2,
      isLost: false,
    });
    await lock.release();
  });

  it('holds on while renewals fail, until a tenth of its lease before its deadline', async () => {
    const store = enterStore();
    let tries = 0;
    const silent: LockStore = {
      ...store,
      renewLock() {
        tries += 1;
        return tries < 3 ? Promise.reject(new Error('no network')) : new Promise(() => undefined);
      },
    };
    const time = makeVirtualClock();
    const startedAt = time.now();
    const clock = { monotonicMs: time.now, sleep: time.sleep };
    const lock = await makeLocks(silent, { owner: 'p', clock }).acquire('l', { leaseMs: 1_000 });
    await time.run(new Promise((resolve) => lock.signal.addEventListener('abort', resolve)));
    expect({ tries, afterMs: Math.round(time.now() - startedAt) }).toEqual({ tries: 3, afterMs: 900 });
    expect(lock.signal.reason).toMatchObject({ code: 'LOCK_LOST' });
    await expect(lock.release()).rejects.toMatchObject({ code: 'LOCK_LOST' });
  });

  it('knows at release that its lease is over, before any timer could tell', async () => {
    let lateMs = 0;
    const clock = { ...machineClock, monotonicMs: () => performance.now() + lateMs };
    const lock = await makeLocks(enterStore(), { owner: 'p', clock }).acquire('l', { leaseMs: 60_000 });
    lateMs = 60_000;
    expect(lock.signal.aborted).toBe(false);
    await expect(lock.release()).rejects.toMatchObject({ code: 'LOCK_LOST' });
  });

  it('loses a lock at the first renewal that is refused, long before its deadline', async () => {
    const store = enterStore();
    const clock = { ...machineClock, monotonicMs: () => 0, sleep: () => machineClock.sleep(1) };
    const lock = await makeLocks(store, { owner: 'p', clock }).acquire('l', { leaseMs: 60_000 });
    const lost = new Promise((resolve) => lock.signal.addEventListener('abort', resolve));
    const held = await store.acquireLock({ name: 'l', token: 'another', leaseMs: 1_000 });
    if (held.state === 'held') await store.releaseLock('l', held.by);
    await lost;
    expect(lock.signal.reason).toMatchObject({ code: 'LOCK_LOST' });
  });

  it('gives back what a lost answer may have granted, when it gives up', async () => {
    const store = enterStore();
    const lossy: LockStore = {
      ...store,
      async acquireLock(request) {
        await store.acquireLock(request);
        throw new Error('the answer was lost');
      },
    };
    const losing = makeLocks(lossy, { owner: 'p' });
    await expect(losing.acquire('l')).rejects.toThrow('the answer was lost');
    await expect(losing.tryAcquire('l')).rejects.toThrow('the answer was lost');
    expect((await makeLocks(store, { owner: 'p' }).tryAcquire('l'))?.fence).toBe(3);
  });

  it('gives up in time on a store that answers later than the lease lasts, and keeps nothing', async () => {
    const store = enterStore();
    let lateMs = 0;
    const slow: LockStore = {
      ...store,
      async acquireLock(request) {
        lateMs += request.leaseMs;
        return store.acquireLock(request);
      },
    };
    const clock = { ...machineClock, monotonicMs: () => performance.now() + lateMs };
    const locks = makeLocks(slow, { owner: 'p', clock });
    expect(await locks.tryAcquire('l')).toBeUndefined();
    await expect(locks.acquire('l', { waitMs: 100_000 })).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
    expect(await makeLocks(store, { owner: 'p' }).tryAcquire('l')).toBeDefined();
  });

  it('does not begin to wait when its signal aborted before', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(makeLocks(enterStore(), { owner: 'p' }).acquire('l', { signal })).rejects.toThrow('enough');
  });

  it.each<[what: string, place: number | undefined, nominalMs: number]>([
    ['the next', 0, 10],
    ['the third', 2, 30],
    ['one far behind', 40, 70],
    ['one without a place', undefined, 70],
  ])(
    'lets %s in line pause by its place, half as long to one and a half times as long',
    async (_, place, ms) => {
      const held = {
        state: 'held' as const,
        by: 'other',
        until: 0,
        ...(place === undefined ? {} : { place }),
      };
      let asked = 0;
      const store: LockStore = {
        ...enterStore(),
        lookMs: { next: 10, others: 70 },
        acquireLock: async () => (++asked <= 200 ? held : { state: 'mine', fence: 1, until: 60_000 }),
      };
      const pauses: number[] = [];
      const sleep = async (pauseMs: number) => void pauses.push(pauseMs);
      const clock = { monotonicMs: () => 0, sleep };
      const lock = await makeLocks(store, { owner: 'p', clock }).acquire('l');
      const shares = pauses.slice(0, 200).map((pauseMs) => pauseMs / ms);
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.5);
      expect(Math.max(...shares)).toBeLessThan(1.5);
      expect(new Set(shares).size).toBeGreaterThan(1);
      await lock.release();
    },
  );

  it('tries again to release what the store did not hear of', async () => {
    const store = enterStore();
    let tries = 0;
    const deaf: LockStore = {
      ...store,
      async releaseLock(...claim) {
        tries += 1;
        if (tries === 1) throw new Error('no network');
        return store.releaseLock(...claim);
      },
    };
    const lock = await makeLocks(deaf, { owner: 'p' }).acquire('l');
    await expect(lock.release()).rejects.toThrow('no network');
    await lock.release();
    await lock.release();
    expect(tries).toBe(2);
    expect(await makeLocks(store, { owner: 'p' }).tryAcquire('l')).toBeDefined();
  });

  it.each([
    { name: '', permits: 1, leaseMs: 1_000 },
    { name: 'l', permits: 0, leaseMs: 1_000 },
    { name: 'l', permits: 1.5, leaseMs: 1_000 },
    { name: 'l', permits: 1, leaseMs: 99 },
  ])('refuses $name with $permits permits for $leaseMs ms', async ({ name, permits, leaseMs }) => {
    const { acquire, tryAcquire } = makeLocks(enterStore(), { owner: 'p' }).semaphore(name, permits);
    for (const ask of [acquire, tryAcquire]) {
      await expect(ask({ leaseMs })).rejects.toMatchObject({ code: 'LOCK_INVALID' });
    }
  });

  it('keeps no process alive that ends while it holds a lock', async () => {
    const { address, close } = openFresh();
    onTestFinished(close);
    const of = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
    const script = `
      import { openStore } from ${of('../../library/open-store.ts')};
      import { makeLocks } from ${of('../../shared/coordination/lock.ts')};
      const { store } = await openStore(${JSON.stringify(address)});
      await makeLocks(store, { owner: 'p' }).acquire('l', { leaseMs: 60_000 });
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
    onTestFinished(() => void child.kill('SIGKILL'));
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
