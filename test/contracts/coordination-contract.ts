import { describe, expect, it } from 'vitest';
import { type Lock, type Locks, makeLocks } from '../../shared/coordination/lock.ts';
import { lockSkewMs, maxLineLength } from '../../shared/coordination/lock-grant.ts';
import type { CoordinationStore, LockRequest, LockStore } from '../../shared/coordination/ports.ts';

/** What every store of locks must do, alone and under `makeLocks`. */
export interface CoordinationSetup {
  /** A fresh store, as processes with clocks of their own see it: `aheadMs` is how far each is off. */
  open(): Promise<{
    process(aheadMs?: number): CoordinationStore;
    advance(ms: number): void;
    close(): Promise<void>;
  }>;
}

type World = Awaited<ReturnType<CoordinationSetup['open']>>;

const leaseMs = 1_000;
const name = 'l';
/** By then a lease has ended by everybody's clock. */
const overMs = leaseMs + lockSkewMs;

const take = (store: LockStore, claim: string, more: Partial<LockRequest> = {}) =>
  store.acquireLock({ name, token: claim, leaseMs, ...more });

export function describeCoordination(title: string, setup: CoordinationSetup): void {
  const inWorld = (body: (world: World, store: CoordinationStore) => Promise<void>) => async () => {
    const world = await setup.open();
    try {
      await body(world, world.process());
    } finally {
      await world.close();
    }
  };

  describe(`${title}: locks`, () => {
    it(
      'gives a lock to one claim, then to the next with a larger fence',
      inWorld(async (_, store) => {
        expect(await take(store, 'a')).toMatchObject({ state: 'mine', fence: 1 });
        expect(await take(store, 'b')).toEqual({ state: 'held', by: 'a', until: expect.any(Number) });
        await store.releaseLock(name, 'a');
        expect(await take(store, 'b')).toMatchObject({ state: 'mine', fence: 2 });
      }),
    );

    it(
      'takes over a lease that has ended by everybody’s clock, and not before',
      inWorld(async ({ advance }, store) => {
        await take(store, 'a');
        advance(overMs - 1);
        expect(await take(store, 'b')).toMatchObject({ state: 'held', by: 'a' });
        advance(1);
        expect(await take(store, 'b')).toMatchObject({ state: 'mine', fence: 2 });
        expect(await take(store, 'c')).toMatchObject({ state: 'held', by: 'b' });
      }),
    );

    it.each([
      { holder: 5_000, other: -5_000 },
      { holder: -5_000, other: 5_000 },
    ])('keeps a lease for its time with clocks $holder and $other ms off', async ({ holder, other }) => {
      await inWorld(async ({ process, advance }) => {
        await take(process(holder), 'a');
        advance(leaseMs - 1);
        expect(await take(process(other), 'b')).toMatchObject({ state: 'held' });
        advance(1 + 2 * lockSkewMs);
        expect(await take(process(other), 'b')).toMatchObject({ state: 'mine', fence: 2 });
      })();
    });

    it(
      'grants a repeated claim anew, as after a lost answer',
      inWorld(async ({ advance }, store) => {
        expect(await take(store, 'a')).toMatchObject({ fence: 1 });
        advance(leaseMs / 2);
        expect(await take(store, 'a')).toMatchObject({ state: 'mine', fence: 2 });
        advance(leaseMs / 2 + lockSkewMs);
        expect(await take(store, 'b')).toMatchObject({ state: 'held' });
        await store.releaseLock(name, 'a');
        expect(await take(store, 'b')).toMatchObject({ state: 'mine', fence: 3 });
      }),
    );

    it(
      'renews what is held, and refuses a past holder renewal and release',
      inWorld(async ({ advance }, store) => {
        await take(store, 'a');
        advance(leaseMs - 1);
        expect(await store.renewLock(name, 'a', leaseMs)).toBe(true);
        advance(overMs - 1);
        expect(await take(store, 'b')).toMatchObject({ state: 'held' });
        expect(await store.renewLock(name, 'a', leaseMs), 'after its deadline, and nobody else’s').toBe(true);
        advance(overMs);
        await take(store, 'b');
        expect(await store.renewLock(name, 'a', leaseMs)).toBe(false);
        expect(await store.releaseLock(name, 'a')).toBe(false);
        expect(await take(store, 'c')).toMatchObject({ state: 'held', by: 'b' });
      }),
    );

    it(
      'gives a released lock to those in line, in the order in which they came',
      inWorld(async (_, store) => {
        const line = { lineMs: 500 };
        await take(store, 'a');
        expect(await take(store, 'b', line)).toMatchObject({ state: 'held', by: 'a', place: 0 });
        expect(await take(store, 'c', line)).toMatchObject({ state: 'held', place: 1 });
        expect(await store.releaseLock(name, 'a')).toBe(true);
        expect(await take(store, 'a', line)).toMatchObject({ state: 'held', by: 'b', place: 2 });
        expect(await take(store, 'c', { ...line, isWaiting: true })).toMatchObject({
          state: 'held',
          by: 'b',
        });
        expect(await take(store, 'b', { ...line, isWaiting: true })).toMatchObject({
          state: 'mine',
          fence: 2,
        });
        expect(await take(store, 'c', { ...line, isWaiting: true })).toMatchObject({ by: 'b', place: 0 });
        await store.releaseLock(name, 'b');
        expect(await take(store, 'a', line)).toMatchObject({ state: 'held', by: 'c' });
        expect(await take(store, 'c', line)).toMatchObject({ state: 'mine', fence: 3 });
      }),
    );

    it(
      'passes over those who no longer look, and keeps the place of those who do',
      inWorld(async ({ advance }, store) => {
        const line = { lineMs: 500, isWaiting: true };
        await take(store, 'a');
        await take(store, 'gone', line);
        for (let look = 0; look < 5; look += 1) {
          expect(await take(store, 'b', line)).toMatchObject({ state: 'held', place: look > 1 ? 0 : 1 });
          advance(300);
        }
        await store.releaseLock(name, 'a');
        expect(await take(store, 'c')).toMatchObject({ state: 'held', by: 'b' });
        expect(await take(store, 'b', line)).toMatchObject({ state: 'mine', fence: 2 });
      }),
    );

    it(
      'forgets who left the line',
      inWorld(async (_, store) => {
        await take(store, 'a');
        await take(store, 'b', { lineMs: 500 });
        expect(await store.releaseLock(name, 'b')).toBe(true);
        expect(await store.releaseLock(name, 'b'), 'again').toBe(true);
        await store.releaseLock(name, 'a');
        expect(await take(store, 'c')).toMatchObject({ state: 'mine', fence: 2 });
      }),
    );

    it(
      'keeps the line when a holder’s claim is granted anew',
      inWorld(async (_, store) => {
        await take(store, 'a');
        await take(store, 'b', { lineMs: 500 });
        await take(store, 'a');
        await store.releaseLock(name, 'a');
        expect(await take(store, 'c')).toMatchObject({ state: 'held', by: 'b' });
      }),
    );

    it(
      'has room for so many in line, and lets the others look',
      inWorld(async (_, store) => {
        await take(store, 'a');
        for (let place = 0; place <= maxLineLength; place += 1)
          await take(store, `w${place}`, { lineMs: 500 });
        await store.releaseLock(name, 'w0');
        await store.releaseLock(name, 'a');
        for (let place = 1; place < maxLineLength; place += 1) {
          expect(await take(store, `w${maxLineLength}`)).toMatchObject({ state: 'held', by: `w${place}` });
          expect(await take(store, `w${place}`)).toMatchObject({ state: 'mine' });
          await store.releaseLock(name, `w${place}`);
        }
        expect(await take(store, `w${maxLineLength}`)).toMatchObject({ state: 'mine' });
      }),
    );

    it(
      'may get a release twice, whoever held the lock meanwhile',
      inWorld(async (_, store) => {
        for (const claim of ['a', 'b', 'c']) {
          await take(store, claim);
          expect(await store.releaseLock(name, claim)).toBe(true);
        }
        for (const claim of ['a', 'b', 'c']) expect(await store.releaseLock(name, claim), claim).toBe(true);
        expect(await take(store, 'd')).toMatchObject({ state: 'mine', fence: 4 });
      }),
    );

    it(
      'has room again when those in line no longer look, however many they were',
      inWorld(async ({ advance }, store) => {
        await take(store, 'a');
        for (let place = 0; place < maxLineLength; place += 1)
          await take(store, `w${place}`, { lineMs: 500 });
        expect(await take(store, 'late', { lineMs: 500 })).not.toHaveProperty('place');
        advance(500);
        expect(await take(store, 'b', { lineMs: 500 })).toMatchObject({ state: 'held', place: 0 });
        expect(await take(store, 'c', { lineMs: 500 })).toMatchObject({ state: 'held', place: 1 });
        await store.releaseLock(name, 'a');
        expect(await take(store, 'c', { lineMs: 500 })).toMatchObject({ state: 'held', by: 'b', place: 1 });
        expect(await take(store, 'b', { lineMs: 500 })).toMatchObject({ state: 'mine', fence: 2 });
      }),
    );

    it(
      'never brings a deadline forward, as a renewal that comes late would',
      inWorld(async ({ advance }, store) => {
        await take(store, 'a');
        expect(await store.renewLock(name, 'a', 10 * leaseMs)).toBe(true);
        expect(await store.renewLock(name, 'a', leaseMs)).toBe(true);
        advance(overMs);
        expect(await take(store, 'b')).toMatchObject({ state: 'held' });
      }),
    );

    it(
      'lets as many in as there are permits, and one more for each that leaves or dies',
      inWorld(async ({ advance }, store) => {
        const permits = 3;
        for (const claim of ['a', 'b', 'c']) {
          expect(await take(store, claim, { permits })).toMatchObject({ state: 'mine' });
        }
        expect(await take(store, 'd', { permits })).toMatchObject({ state: 'held' });
        await store.releaseLock(name, 'b');
        expect(await take(store, 'd', { permits })).toMatchObject({ state: 'mine', fence: 4 });
        advance(leaseMs / 2);
        expect(await store.renewLock(name, 'd', leaseMs)).toBe(true);
        advance(overMs - leaseMs / 2);
        for (const claim of ['e', 'f']) {
          expect(await take(store, claim, { permits }), claim).toMatchObject({ state: 'mine' });
        }
        expect(await take(store, 'g', { permits })).toMatchObject({ state: 'held', by: 'd' });
      }),
    );

    it(
      'gives one lock to one of many who ask at once',
      inWorld(async (_, store) => {
        for (let round = 1; round <= 5; round += 1) {
          const claims = Array.from({ length: 12 }, (__, index) => `${round}-${index}`);
          const answers = await Promise.all(claims.map((claim) => take(store, claim)));
          const mine = claims.filter((__, index) => answers[index]?.state === 'mine');
          expect(mine).toHaveLength(1);
          expect(answers.find(({ state }) => state === 'mine')).toMatchObject({ fence: round });
          await store.releaseLock(name, mine[0] ?? '');
        }
      }),
    );
  });

  describe(`${title}: counters`, () => {
    it(
      'adds up what is added at once, negative amounts too',
      inWorld(async ({ process }) => {
        const amounts = Array.from({ length: 60 }, (_, index) => index - 10);
        await Promise.all(amounts.map((amount) => process().addToCounter('n', amount)));
        const sum = amounts.reduce((total, amount) => total + amount, 0);
        expect(await process().readCounter('n')).toBe(sum);
        expect(await process().readCounter('other')).toBe(0);
      }),
    );
  });

  describe(`${title}: registers`, () => {
    it(
      'keeps a value, and refuses it from a fence older than the last',
      inWorld(async (_, store) => {
        expect(await store.readRegister('r')).toEqual({ value: undefined, fence: 0 });
        expect(await store.writeRegister('r', { a: 1 }, 2)).toBe(true);
        expect(await store.writeRegister('r', 'again', 2)).toBe(true);
        expect(await store.writeRegister('r', 'stale', 1)).toBe(false);
        expect(await store.readRegister('r')).toEqual({ value: 'again', fence: 2 });
        expect(await store.writeRegister('r', null)).toBe(true);
        expect(await store.readRegister('r')).toEqual({ value: null, fence: 2 });
        expect(await store.writeRegister('r', 'stale', 1)).toBe(false);
      }),
    );

    it(
      'lets nobody with an older fence write between a read with a fence and its write',
      inWorld(async (_, store) => {
        await store.writeRegister('r', 1, 1);
        expect(await store.readRegister('r', 2)).toEqual({ value: 1, fence: 2 });
        expect(await store.writeRegister('r', 'stale', 1)).toBe(false);
        expect(await store.readRegister('r', 1), 'the stale one sees the larger').toEqual({
          value: 1,
          fence: 2,
        });
        expect(await store.writeRegister('r', 2, 2)).toBe(true);
        expect(await store.readRegister('new', 3)).toEqual({ value: undefined, fence: 3 });
        expect(await store.writeRegister('new', 'stale', 2)).toBe(false);
      }),
    );
  });

  describe(`${title}: makeLocks`, () => {
    const locksOf = (store: LockStore): Locks => makeLocks(store, { owner: 'p' });

    it(
      'holds a lock for a block, by `await using`, `with` and acquire with release',
      inWorld(async ({ process }) => {
        const locks = locksOf(process());
        {
          await using lock = await locks.acquire(name);
          expect(lock).toMatchObject({ name, fence: 1 });
          expect(await locks.tryAcquire(name)).toBeUndefined();
        }
        expect(await locks.with(name, ({ fence }) => fence)).toBe(2);
        const lock = await locks.acquire(name);
        expect(lock.fence).toBe(3);
        await lock.release();
        await lock.release();
        await expect(locks.with(name, () => Promise.reject(new Error('body')))).rejects.toThrow('body');
        await (await locks.tryAcquire(name))?.release();
        expect((await locks.acquire(name)).fence).toBe(6);
      }),
    );

    it(
      'lets everybody in who waits, one at a time',
      inWorld(async ({ process }) => {
        const store = process();
        let inside = 0;
        const fences: number[] = [];
        const visit = () =>
          locksOf(process()).with(name, async ({ fence }) => {
            inside += 1;
            expect(inside).toBe(1);
            fences.push(fence);
            const { value } = await store.readRegister('n');
            expect(await store.writeRegister('n', Number(value ?? 0) + 1, fence)).toBe(true);
            inside -= 1;
          });
        await Promise.all(Array.from({ length: 10 }, visit));
        expect((await store.readRegister('n')).value).toBe(10);
        expect(fences).toEqual(fences.toSorted((a, b) => a - b));
      }),
    );

    it(
      'lets those who come again and again in by turns',
      inWorld(async ({ process }) => {
        const store = process();
        const { promise: everybodyWaits, resolve } = Promise.withResolvers<void>();
        const waiting = new Set<string>();
        const watched: LockStore = {
          ...store,
          async acquireLock(request) {
            const answer = await store.acquireLock(request);
            if (answer.state === 'held' && waiting.add(request.token).size === 3) resolve();
            return answer;
          },
        };
        const order: string[] = [];
        const first = await locksOf(store).acquire(name);
        const visit = async (user: string) => {
          for (let round = 0; round < 6; round += 1) {
            await using _lock = await locksOf(watched).acquire(name);
            order.push(user);
          }
        };
        const visits = Promise.all(['a', 'b', 'c'].map(visit));
        await everybodyWaits;
        await first.release();
        await visits;
        // Whoever comes back stands behind the two others; only those who are not back yet are overtaken.
        const inARow = order.filter((user, index) => index > 0 && user === order[index - 1]);
        expect(order).toHaveLength(18);
        expect(inARow.length).toBeLessThan(4);
      }),
    );

    it(
      'lets no more in than a semaphore has permits',
      inWorld(async ({ process }) => {
        let inside = 0;
        let most = 0;
        // Nobody leaves before three have met inside: a semaphore that lets in fewer never ends here.
        const { promise: full, resolve } = Promise.withResolvers<void>();
        const visit = () =>
          locksOf(process())
            .semaphore('s', 3)
            .with(async () => {
              inside += 1;
              most = Math.max(most, inside);
              if (inside === 3) resolve();
              await full;
              await process().readRegister('n');
              inside -= 1;
            });
        await Promise.all(Array.from({ length: 9 }, visit));
        expect(most).toBe(3);
      }),
    );

    it(
      'gives up waiting after the time given, or when its signal aborts, and leaves no trace',
      inWorld(async ({ process }) => {
        const locks = locksOf(process());
        const held = await locks.acquire(name);
        await expect(locks.acquire(name, { waitMs: 20 })).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
        await expect(locks.acquire(name, { waitMs: 0 })).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
        const stop = new AbortController();
        const waiting = locks.acquire(name, { signal: stop.signal });
        stop.abort(new Error('enough'));
        await expect(waiting).rejects.toThrow('enough');
        await held.release();
        expect((await locks.acquire(name)).fence).toBe(2);
      }),
    );

    it(
      'says so to a holder whose lease was not renewed in time, and to whoever relies on it',
      inWorld(async ({ process }) => {
        const store = process();
        const deaf: LockStore = { ...store, renewLock: () => Promise.reject(new Error('no network')) };
        const locks = locksOf(deaf);
        const lock = await locks.acquire(name, { leaseMs: 100 });
        await lostOf(lock);
        expect(lock.signal.reason).toMatchObject({ code: 'LOCK_LOST' });
        await expect(lock.release()).rejects.toMatchObject({ code: 'LOCK_LOST' });
        const losing = locks.with(name, (held) => lostOf(held), { leaseMs: 100 });
        await expect(losing).rejects.toMatchObject({ code: 'LOCK_LOST' });
        const failing = locks.with(
          name,
          (held) => lostOf(held).then(() => Promise.reject(new Error('body'))),
          {
            leaseMs: 100,
          },
        );
        await expect(failing).rejects.toThrow('body');
      }),
    );

    it(
      'keeps a lock by heartbeat, and loses it when another has it',
      inWorld(async ({ process }) => {
        const store = process();
        let beats = 0;
        const heard = Promise.withResolvers<void>();
        const counting: LockStore = {
          ...store,
          async renewLock(...request) {
            beats += 1;
            if (beats === 4) heard.resolve();
            return store.renewLock(...request);
          },
        };
        const lock = await locksOf(counting).acquire(name, { leaseMs: 900 });
        await heard.promise;
        expect(lock.signal.aborted).toBe(false);
        await takenAway(store, lock);
        await lostOf(lock);
        await expect(lock.release()).rejects.toMatchObject({ code: 'LOCK_LOST' });
      }),
    );
  });
}

function lostOf({ signal }: Pick<Lock, 'signal'>): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** What a takeover by another process looks like to the holder. */
async function takenAway(store: LockStore, lock: Lock): Promise<void> {
  const answer = await store.acquireLock({ name: lock.name, token: 'another', leaseMs });
  if (answer.state !== 'held')
    throw new Error(`expected a lock that is held, got one that is ${answer.state}`);
  await store.releaseLock(lock.name, answer.by);
  await store.acquireLock({ name: lock.name, token: 'another', leaseMs });
}
