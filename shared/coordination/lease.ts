import { setTimeout as sleepFor } from 'node:timers/promises';
import { RetryError } from '../errors.ts';
import type { LockStore } from './ports.ts';

/** A clock that cannot be set, and that goes on while the process is stopped. */
export interface MonotonicClock {
  /** Milliseconds since some moment. */
  monotonicMs(): number;
  /** Rejects with the signal's reason when it aborts. `isIdle`: the timer does not keep the process alive. */
  sleep(ms: number, options?: { signal?: AbortSignal | undefined; isIdle?: boolean }): Promise<void>;
}

export const machineClock: MonotonicClock = {
  monotonicMs: () => performance.now(),
  async sleep(ms, { signal, isIdle = false } = {}) {
    try {
      await sleepFor(ms, undefined, { ref: !isIdle, ...(signal === undefined ? {} : { signal }) });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};

export interface LeaseOptions {
  store: LockStore;
  name: string;
  token: string;
  leaseMs: number;
  /** When the lock was asked for, by `clock`: the lease began then, or later. */
  askedAt: number;
  clock: MonotonicClock;
}

/** A lock that is held, and renewed until it is ended or lost. */
export interface Lease {
  /** Aborted with LOCK_LOST. */
  lost: AbortSignal;
  /**
   * Releases the lock. Throws `RetryError` LOCK_LOST if the lock was lost. Once the store has answered, further
   * calls do nothing.
   */
  end(): Promise<void>;
}

/**
 * The share of a lease before its deadline at which the lock counts as lost: timers are late, and clocks differ in
 * speed.
 */
const marginShare = 0.1;
const renewalShare = 1 / 3;
/** The share of a lease after which a failed renewal is tried again. */
const retryShare = 1 / 20;

/**
 * Renews a lock three times a lease; `undefined` if its lease is over already. Deadlines are measured by the
 * monotonic clock from the moment at which a renewal was sent, so that this side never takes a lease for longer
 * than the store does.
 */
export function keepLease(options: LeaseOptions): Lease | undefined {
  const { store, name, token, askedAt, clock } = options;
  const state: State = {
    deadline: deadlineAfter(options, askedAt),
    lost: new AbortController(),
    ending: new AbortController(),
  };
  if (clock.monotonicMs() >= state.deadline) return undefined;
  // The loop ends when `ending` aborts, which rejects its sleeps.
  keepRenewing(options, state).catch(() => undefined);

  const end = async () => {
    state.ending.abort();
    if (clock.monotonicMs() >= state.deadline)
      lose(name, state, 'its lease had ended before it was released');
    const wasHeld = await store.releaseLock(name, token);
    if (!wasHeld) lose(name, state, 'the store had given it to another before it was released');
  };
  let stopping: Promise<void> | undefined;
  let isReleased = false;
  return {
    lost: state.lost.signal,
    async end() {
      if (isReleased) return;
      stopping ??= end();
      try {
        await stopping;
      } catch (error) {
        stopping = undefined;
        throw error;
      }
      isReleased = true;
      state.lost.signal.throwIfAborted();
    },
  };
}

interface State {
  /** By the monotonic clock. */
  deadline: number;
  lost: AbortController;
  ending: AbortController;
}

async function keepRenewing(options: LeaseOptions, state: State): Promise<void> {
  const { name, leaseMs, askedAt, clock } = options;
  const { signal } = state.ending;
  const pauseUntil = (at: number) =>
    clock.sleep(Math.max(0, Math.min(at, state.deadline) - clock.monotonicMs()), { signal, isIdle: true });
  let nextAt = askedAt + leaseMs * renewalShare;
  while (!signal.aborted) {
    await pauseUntil(nextAt);
    const sentAt = clock.monotonicMs();
    if (sentAt >= state.deadline) return lose(name, state, 'it could not be renewed in time');
    const answer = await Promise.race([renew(options, state), pauseUntil(state.deadline)]);
    if (answer === 'refused' && !signal.aborted) {
      return lose(name, state, 'the store has given it to another');
    }
    nextAt = sentAt + leaseMs * (answer === 'renewed' ? renewalShare : retryShare);
  }
}

async function renew(options: LeaseOptions, state: State): Promise<'renewed' | 'refused' | 'failed'> {
  const { store, name, token, leaseMs, clock } = options;
  const sentAt = clock.monotonicMs();
  try {
    if (!(await store.renewLock(name, token, leaseMs))) return 'refused';
  } catch {
    // The renewal is tried again until the deadline, which decides.
    return 'failed';
  }
  state.deadline = deadlineAfter(options, sentAt);
  return 'renewed';
}

function deadlineAfter({ leaseMs }: LeaseOptions, sentAt: number): number {
  return sentAt + leaseMs * (1 - marginShare);
}

function lose(name: string, { lost }: State, why: string): void {
  if (!lost.signal.aborted) lost.abort(new RetryError('LOCK_LOST', `lock '${name}' was lost: ${why}`));
}
