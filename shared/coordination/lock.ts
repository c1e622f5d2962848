import { randomUUID } from 'node:crypto';
import { HaltError, RetryError } from '../errors.ts';
import { keepLease, type Lease, type MonotonicClock, machineClock } from './lease.ts';
import type { LockRequest, LockStore } from './ports.ts';

/**
 * An exclusive right, as `threading.Lock` gives it to threads, for processes that share a store. It is renewed by
 * heartbeat until it is released. It is lost when its process was stopped, or the store unreachable, for longer
 * than the lease: then `signal` aborts, and a write that carries the fence is refused by the store.
 */
export interface Lock extends AsyncDisposable {
  readonly name: string;
  /** Larger than that of every earlier holder. Pass it with every write that the lock guards (`writeRegister`). */
  readonly fence: number;
  /** Aborted with LOCK_LOST when the lease ends before its time. */
  readonly signal: AbortSignal;
  /**
   * Releases the lock; further calls do nothing. Throws `RetryError` LOCK_LOST if the lease had expired before:
   * another holder may have worked at the same time. Leaving the block of `await using` does the same; if the
   * block had failed itself, its error is the `SuppressedError`'s `suppressed`.
   */
  release(): Promise<void>;
}

export interface LockOptions {
  /** How long the lock outlives a process that dies, besides the store's margin for clocks. @default 30_000 */
  leaseMs?: number;
  /** After this time `acquire` rejects with `RetryError` LOCK_TIMEOUT. @default for ever */
  waitMs?: number;
  /** When it aborts, `acquire` rejects with its reason. A lock that was granted before is not released by it. */
  signal?: AbortSignal;
}

/** One lock, or a semaphore, by its name. */
export interface LockOf {
  /**
   * Waits until the lock is free. Waiters are served in the order in which they came, as long as there are no more
   * than `maxLineLength`.
   */
  acquire(options?: LockOptions): Promise<Lock>;
  /** Asks once and does not wait; `undefined` if another holds it. */
  tryAcquire(options?: Pick<LockOptions, 'leaseMs'>): Promise<Lock | undefined>;
  /**
   * Runs `body` while the lock is held, and releases it however `body` ends. Rejects with LOCK_LOST if the lease
   * expired before `body` ended; an error of `body` comes first.
   */
  with<T>(body: (lock: Lock) => T | Promise<T>, options?: LockOptions): Promise<T>;
}

export interface Locks {
  acquire(name: string, options?: LockOptions): Promise<Lock>;
  tryAcquire(name: string, options?: Pick<LockOptions, 'leaseMs'>): Promise<Lock | undefined>;
  with<T>(name: string, body: (lock: Lock) => T | Promise<T>, options?: LockOptions): Promise<T>;
  /** At most `permits` holders at once. All users of the name must give the same number. */
  semaphore(name: string, permits: number): LockOf;
}

export interface LocksOptions {
  /** The name by which messages call the holder. */
  owner: string;
  clock?: MonotonicClock;
}

const neverMs = Number.POSITIVE_INFINITY;
const defaultLookMs = { next: 5, others: 50 };
const defaultLeaseMs = 30_000;
const minLeaseMs = 100;

/** A waiter that does not ask again within this time loses its place. */
const lineMs = 2_000;

/** Locks and semaphores on a store. Several may be made of one store. */
export function makeLocks(store: LockStore, { owner, clock = machineClock }: LocksOptions): Locks {
  const of = (name: string, permits: number) => lockOf({ owner, clock, store, name, permits });
  return {
    acquire: (name, lockOptions) => of(name, 1).acquire(lockOptions),
    tryAcquire: (name, lockOptions) => of(name, 1).tryAcquire(lockOptions),
    with: (name, body, lockOptions) => of(name, 1).with(body, lockOptions),
    semaphore: of,
  };
}

type LockSetting = Required<LocksOptions> & { store: LockStore; name: string; permits: number };

function lockOf(setting: LockSetting): LockOf {
  const acquire = (options?: LockOptions) => waitFor(setting, options);
  return {
    acquire,
    async tryAcquire({ leaseMs = defaultLeaseMs } = {}) {
      checkRequest(setting, leaseMs);
      const token = newToken(setting.owner);
      return releaseOnError(setting, token, async () => {
        const answer = await ask(setting, { token, leaseMs });
        if (answer.state === 'mine') return answer.lock;
        if (answer.state === 'late') await setting.store.releaseLock(setting.name, token);
        return undefined;
      });
    },
    with: async (body, options) => runWith(await acquire(options), body),
  };
}

async function waitFor(
  setting: LockSetting,
  { leaseMs = defaultLeaseMs, waitMs = neverMs, signal }: LockOptions = {},
): Promise<Lock> {
  const { store, name, owner, clock } = setting;
  const { lookMs = defaultLookMs } = store;
  checkRequest(setting, leaseMs);
  const token = newToken(owner);
  const waitUntil = clock.monotonicMs() + waitMs;
  return releaseOnError(setting, token, async () => {
    for (let isWaiting = false; ; isWaiting = true) {
      signal?.throwIfAborted();
      const answer = await ask(setting, { token, leaseMs, isWaiting, ...(waitMs > 0 ? { lineMs } : {}) });
      if (answer.state === 'mine') return answer.lock;
      const leftMs = waitUntil - clock.monotonicMs();
      if (leftMs <= 0) throw timedOut(name, waitMs, answer);
      const pauseMs = pauseBeforeLook(lookMs, answer.place) * (0.5 + Math.random());
      await clock.sleep(Math.min(pauseMs, leftMs), { signal });
    }
  });
}

/** Waiters are served in order, so one that is far behind asks less often. */
function pauseBeforeLook({ next, others }: { next: number; others: number }, place = Infinity): number {
  return Math.min(others, next * (place + 1));
}

/** `late`: the lock was granted, but the store answered only after the lease had expired. */
type Asked = { state: 'mine'; lock: Lock } | { state: 'held' | 'late'; by: string; place?: number };

async function ask(
  { store, name, permits, clock }: LockSetting,
  request: Pick<LockRequest, 'token' | 'leaseMs' | 'lineMs' | 'isWaiting'>,
): Promise<Asked> {
  const { token, leaseMs } = request;
  const askedAt = clock.monotonicMs();
  const answer = await store.acquireLock({ name, permits, ...request });
  if (answer.state === 'held') return answer;
  const lease = keepLease({ store, name, token, leaseMs, askedAt, clock });
  if (lease === undefined) return { state: 'late', by: token };
  return { state: 'mine', lock: toLock(name, answer.fence, lease) };
}

/** An attempt that failed may have been granted, or have a place in line: its answer may be lost. */
async function releaseOnError<T>(
  { store, name }: LockSetting,
  token: string,
  body: () => Promise<T>,
): Promise<T> {
  try {
    return await body();
  } catch (error) {
    await store.releaseLock(name, token).catch(() => undefined);
    throw error;
  }
}

async function runWith<T>(lock: Lock, body: (lock: Lock) => T | Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await body(lock);
  } catch (error) {
    // The first error is thrown: a lost lock may be its cause, or follow from it.
    await lock.release().catch(() => undefined);
    throw error;
  }
  await lock.release();
  return result;
}

function toLock(name: string, fence: number, lease: Lease): Lock {
  return { name, fence, signal: lease.lost, release: lease.end, [Symbol.asyncDispose]: lease.end };
}

function newToken(owner: string): string {
  return `${owner}#${randomUUID()}`;
}

function checkRequest({ name, permits }: LockSetting, leaseMs: number): void {
  const isUsable = name !== '' && Number.isInteger(permits) && permits > 0 && leaseMs >= minLeaseMs;
  if (isUsable) return;
  const expected = `a name, a whole number of permits, and a lease of ${minLeaseMs} ms or more`;
  throw new HaltError(
    'LOCK_INVALID',
    `lock '${name}', ${permits} permits, ${leaseMs} ms: expected ${expected}`,
  );
}

function timedOut(
  name: string,
  waitMs: number,
  { state, by }: Exclude<Asked, { state: 'mine' }>,
): RetryError {
  const why = state === 'late' ? 'the store answers later than the lease lasts' : `${by} has it`;
  return new RetryError('LOCK_TIMEOUT', `lock '${name}' was not free within ${waitMs} ms; ${why}`);
}
