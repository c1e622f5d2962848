import { latestStartOf } from '../../coordination/host-clock.ts';
import type { LeaseAnswer, LeaseRequest } from '../../coordination/ports.ts';
import type { Slots } from '../../model.ts';
import { clockSkewMs, type Engine } from '../engine.ts';
import type { Visit } from '../make-visit.ts';
import { sizeOfVisit } from '../size-of-visit.ts';
import { newToken } from '../suspect.ts';

/**
 * The lease after a wait. `mine`: this process has it, and no other had it meanwhile. `changed`: this process has it,
 * but another had it meanwhile, by a copy of the message. `lost`: another process has it, or the batch is done.
 */
export type LeaseAfter = 'mine' | 'changed' | 'lost';

/**
 * What a batch holds while it is worked on. While it waits for its turn, and has no request under way, it is parked: it
 * has given its lease back. So the lease is not renewed meanwhile, and should the process die, only those batches are
 * suspected of it that it was working on.
 */
export interface Holdings {
  /** Of the lease that the batch has, or had last; 0 if it was done already. */
  readonly fence: number;
  /** Epoch ms: when to look at the batch again, once it is lost. */
  readonly lostUntil: number | undefined;
  /** Aborted when the process should stop. */
  readonly stopping: AbortSignal;
  /** Runs `wait`, which takes until `at` (epoch ms). */
  park(at: number, wait: () => Promise<void>): Promise<LeaseAfter>;
  /** Its message brought turns, and so may a copy of it: another process could use the first one as well while it lasts. */
  guard(turns: Slots): void;
  /** Runs a part of the batch that may go on while its next turn is waited for. */
  whileActive<T>(body: () => Promise<T>): Promise<T>;
  /** The batch keeps the visit until its end. */
  keep(visit: Visit): void;
  /** To be called once, when the batch is worked on no more. */
  close(): void;
}

/** A shorter wait is not worth two writes. */
const minWaitMs = 100;

/** Without a `load`, as where waiting is billed and therefore short, batches keep their leases while they wait. */
export function makeHoldings(
  { ledger, load, now, stopping }: Engine,
  terms: LeaseRequest & { token: string },
  lease: Exclude<LeaseAnswer, { state: 'held' }>,
): Holdings {
  const { run, batch } = terms;
  let fence = lease.state === 'mine' ? lease.fence : 0;
  let { token } = terms;
  let state: 'none' | 'leased' | 'parked' | 'lost' = lease.state === 'mine' ? 'leased' : 'none';
  let lostUntil: number | undefined;
  /** How often another process had the lease while the batch was parked. */
  let changes = 0;
  let heldBytes = 0;
  let guarded: Slots | undefined;
  /** Parts of the batch that do not wait. */
  let active = 1;
  /** When those that wait go on. */
  const wakings = new Set<{ at: number }>();
  /** One change after the other. */
  let changing: Promise<void> = Promise.resolve();
  const stop = new AbortController();
  if (stopping.aborted) stop.abort();
  load?.stops.add(stop);
  if (load !== undefined) load.active += 1;

  const giveLeaseBack = async (): Promise<void> => {
    const at = now();
    const isShort = Math.min(...[...wakings].map((waking) => waking.at)) - at < minWaitMs;
    const isGuarded = guarded !== undefined && at >= guarded.firstAt && at <= latestStartOf(guarded, 0);
    if (load === undefined || state !== 'leased' || isShort || isGuarded) return;
    state = 'parked';
    load.active -= 1;
    await ledger.releaseLease({ run, batch, fence });
  };
  const takeLeaseAgain = async (): Promise<void> => {
    if (load === undefined || state !== 'parked') return;
    state = 'leased';
    load.active += 1;
    // The answer to the release may be lost.
    const gaveUp = token;
    token = newToken();
    const answer = await ledger.lease({ ...terms, token, gaveUp });
    if (answer.state === 'mine') {
      if (answer.fence !== fence + 1) changes += 1;
      fence = answer.fence;
      return;
    }
    state = 'lost';
    lostUntil = answer.state === 'held' ? answer.until + clockSkewMs : now();
  };
  const change = (step: () => Promise<void>): Promise<void> => {
    changing = changing.then(step);
    // The rejection reaches whoever awaits the next change; without this line it would also count as unhandled.
    changing.catch(() => undefined);
    return changing;
  };
  const leave = (): void => {
    active -= 1;
    if (active === 0) void change(giveLeaseBack);
  };

  return {
    get fence() {
      return fence;
    },
    get lostUntil() {
      return lostUntil;
    },
    stopping: load === undefined ? stopping : stop.signal,
    async park(at, wait) {
      if (load === undefined) {
        await wait();
        return 'mine';
      }
      const waking = { at };
      const changesBefore = changes;
      wakings.add(waking);
      leave();
      await wait();
      wakings.delete(waking);
      active += 1;
      if (active === 1) await change(takeLeaseAgain);
      if (state === 'lost') return 'lost';
      return changes === changesBefore ? 'mine' : 'changed';
    },
    guard(turns) {
      guarded = turns;
    },
    async whileActive(body) {
      if (load === undefined) return body();
      active += 1;
      try {
        return await body();
      } finally {
        leave();
      }
    },
    keep(visit) {
      if (load === undefined) return;
      const bytes = sizeOfVisit(visit);
      heldBytes += bytes;
      load.heldBytes += bytes;
    },
    close() {
      if (load === undefined) return;
      load.stops.delete(stop);
      load.heldBytes -= heldBytes;
      if (state !== 'parked') load.active -= 1;
    },
  };
}
