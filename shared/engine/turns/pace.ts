import { setTimeout as sleep } from 'node:timers/promises';
import { latestStartOf } from '../../coordination/host-clock.ts';
import type { Ledger, SlotRequest } from '../../coordination/ports.ts';
import type { Batch, PageRequest, Slots } from '../../model.ts';
import type { Engine } from '../engine.ts';
import type { Holdings, LeaseAfter } from './holdings.ts';

/** A request's turn. */
export interface OwnTurn {
  /** Epoch ms after which the request must not be sent. */
  startBy: number;
  /** To be called when the request is sent (epoch ms): without it, the next one waits as if it was sent as late as it might. */
  sent?(at: number): void;
  /** It is no turn of the host: nothing may be sent in it. */
  isForCached?: true;
}

export type Turn = OwnTurn | 'aborted' | { busyUntil: number };

/** How a batch's requests take their turns on the host's clock. */
export interface Turns {
  /**
   * Waits for the next turn, which is over at `startBy` (epoch ms). A turn missed by more than its slack is
   * forfeited, since a late start could come too close to another process's turn. When no turn is left, more are
   * reserved; `busyUntil` when they are too far ahead. `request`: the one that the turn is for, where turns depend on its host.
   */
  next(remaining: number, signal: AbortSignal, request?: Pick<PageRequest, 'url'>): Promise<Turn>;
  /** To be called once, when no request is left that needs a turn: the unused turns are returned. */
  returnTurns(): Promise<void>;
}

/**
 * How much further apart than the gap turns are, so that a process that was late for one is on time again some turns later: timers
 * are a millisecond late.
 */
export function slackFor(gapMs: number): number {
  return gapMs === 0 ? 0 : Math.min(20, Math.max(1, Math.round(gapMs / 50)));
}

/** How much later than that a request may start: the event loop is shared by several batches. It is reserved once for many turns. */
export function spareFor(gapMs: number): number {
  return gapMs === 0 ? 0 : Math.min(100, Math.max(50, Math.round(gapMs / 10)));
}

type OneTurn = Pick<SlotRequest, 'host' | 'gapMs' | 'horizonMs'> & Pick<PaceRequest, 'hasWholeSlack'>;

/** A turn with all of its tolerance for itself ends a gap before the next one begins, however late it was used. */
function tolerancesFor(gapMs: number, hasWholeSlack = false): Required<Pick<Slots, 'slackMs' | 'spareMs'>> {
  const [slackMs, spareMs] = [slackFor(gapMs), spareFor(gapMs)];
  return hasWholeSlack ? { slackMs: slackMs + spareMs, spareMs: 0 } : { slackMs, spareMs };
}

/**
 * Takes a turn that belongs to no batch, as for a robots.txt or a login, and waits for it; another one where that is over
 * by then. `busyUntil`: it would begin more than `horizonMs` from now.
 */
export async function takeOneTurn(
  { ledger, now }: Pick<Engine, 'ledger' | 'now'>,
  { host, gapMs, horizonMs, hasWholeSlack }: OneTurn,
  signal?: AbortSignal,
): Promise<OwnTurn | { busyUntil: number }> {
  const { slackMs, spareMs } = tolerancesFor(gapMs, hasWholeSlack);
  for (;;) {
    signal?.throwIfAborted();
    const turn = await ledger.reserveSlots({ host, count: 1, gapMs, slackMs, spareMs, horizonMs });
    if (turn.state === 'busy') return { busyUntil: turn.until };
    await sleepUntil(turn.slots.firstAt, now, signal);
    if (gapMs === 0) return { startBy: Number.POSITIVE_INFINITY };
    const startBy = latestStartOf(turn.slots, 0);
    if (now() <= startBy) return { startBy };
  }
}

/** Rejects when the signal is aborted. */
export async function sleepUntil(at: number, now: () => number, signal?: AbortSignal): Promise<void> {
  const options = signal === undefined ? {} : { signal };
  // Asked once a round: on a busy machine the moment may pass between two looks at the clock.
  for (let ms = at - now(); ms > 0; ms = at - now()) await sleep(Math.ceil(ms), undefined, options);
}

/** Requests of one host that fit a batch: slow hosts get small batches, so that one fits one invocation. */
export function batchSizeFor(gapMs: number, limits: Engine['limits'], hasWholeSlack = false): number {
  if (gapMs === 0) return limits.batchSize;
  const fits = Math.floor(limits.turnsMs / (gapMs + tolerancesFor(gapMs, hasWholeSlack).slackMs));
  return Math.max(1, Math.min(limits.batchSize, fits));
}

/** The interval at which a batch in line comes back; its maximum is the longest delay of SQS. */
const lookMs = { min: 1_000, max: 900_000 };

/**
 * When a batch whose turns are expected at `until` comes back: in time to reserve them before those ahead of it
 * have used theirs.
 */
export function lookAgainAt(until: number, { now, limits }: Pick<Engine, 'now' | 'limits'>): number {
  const at = now();
  return Math.min(Math.max(until - limits.horizonMs / 2, at + lookMs.min), at + lookMs.max);
}

/** Where a batch of the run stands in its host's line. */
export function lineOf(run: string, { place, isNext }: Pick<Batch, 'place' | 'isNext'>): PaceRequest['line'] {
  return { run, ...(place === undefined ? {} : { place }), ...(isNext === true ? { isNext } : {}) };
}

export interface PaceRequest {
  host: string;
  count: number;
  gapMs: number;
  /** Slots from an earlier delivery of this batch. */
  reserved: Slots | undefined;
  /** The run that asks, and where it stands in the host's line (`lineOf`). */
  line: NonNullable<SlotRequest['line']>;
  /** Of its batch, which is parked while it waits for a turn. @default it is not */
  holdings?: Holdings;
  /** The tolerance of turns is not shared: each may be used as late as the last. @default it is shared */
  hasWholeSlack?: boolean;
  /** Turns further ahead than this are useless, since the process ends before: milliseconds. @default none are */
  maxTurnWaitMs?: number;
}

/** When to work on a batch again, and what it has reserved meanwhile. */
export interface Later {
  state: 'later';
  /** Epoch ms. */
  notBefore: number;
  /** The batch waits for others: for a host's line or pause, or for a retry. It is no round without progress. */
  isWaiting?: true;
  slots?: Slots;
  /** The batch's place in the host's line. */
  place?: number;
  /** How often in a row it went back to wait for a login elsewhere. */
  waits?: number;
  /** As the batch has it from now on. */
  sessions?: Batch['sessions'];
}

/**
 * One conditional write reserves turns for the whole batch. `later`: the batch should be sent again
 * for `notBefore`, carrying `slots` if they could be reserved. `firstAt`: epoch ms of the first turn.
 */
export async function reserveTurns(
  engine: Engine,
  request: PaceRequest,
): Promise<{ state: 'now'; turns: Turns; firstAt: number } | Later> {
  const { ledger, limits } = engine;
  const { host, count, gapMs, line, holdings, hasWholeSlack } = request;
  const { maxTurnWaitMs = Number.POSITIVE_INFINITY } = request;
  const maxWaitMs = Math.min(limits.maxWaitMs, maxTurnWaitMs);
  if (maxWaitMs < 0) return { state: 'later', notBefore: engine.now() };
  const { slackMs, spareMs } = tolerancesFor(gapMs, hasWholeSlack);
  // A batch made before the gap was known may be too large for it: turns that it cannot use would keep the host
  // idle.
  const usableTurns = batchSizeFor(gapMs, limits, hasWholeSlack);
  const reserve = (wanted: number, horizonMs: number, inLine?: PaceRequest['line']) =>
    ledger.reserveSlots({
      host,
      count: Math.min(wanted, usableTurns),
      gapMs,
      slackMs,
      spareMs,
      horizonMs,
      ...(inLine === undefined ? {} : { line: inLine }),
    });

  let slots = usable(request.reserved, engine.now());
  const areCarried = slots !== undefined;
  if (slots !== undefined) holdings?.guard(slots);
  if (slots === undefined) {
    const answer = await reserve(count, Math.min(limits.horizonMs, maxTurnWaitMs), line);
    if (answer.state === 'busy') {
      return {
        state: 'later',
        notBefore: lookAgainAt(answer.until, engine),
        ...(answer.place === undefined ? {} : { place: answer.place }),
        isWaiting: true,
      };
    }
    slots = answer.slots;
  }
  const isFar = slots.firstAt > engine.now() + maxWaitMs;
  if (isFar) return { state: 'later', notBefore: slots.firstAt - limits.maxWaitMs / 2, slots };
  const more = (wanted: number) => reserve(wanted, maxWaitMs);
  return {
    state: 'now',
    firstAt: slots.firstAt,
    turns:
      gapMs === 0
        ? freeTurns(slots, engine, holdings)
        : pacedTurns(slots, { ...engine, host, gapMs, areCarried, holdings, more }),
  };
}

/**
 * Slots from an earlier delivery are kept while the first of them is still ahead. If some of them had passed, the
 * batch would be split: into what is fetched, and a rest that waits again, each at the price of a batch.
 */
function usable(slots: Slots | undefined, now: number): Slots | undefined {
  if (slots === undefined || slots.spacingMs === 0) return undefined;
  return now <= latestStartOf(slots, 0) ? slots : undefined;
}

/** Without a gap only the first turn is waited for: the host may be under a delay. */
function freeTurns(slots: Slots, engine: Engine, holdings: Holdings | undefined): Turns {
  return {
    async next(_remaining, signal) {
      const isEarly = slots.firstAt > engine.now();
      const lease = isEarly ? await waitFor(slots.firstAt, { ...engine, holdings }, signal) : 'mine';
      if (lease === 'lost' || signal.aborted) return 'aborted';
      return { startBy: Number.POSITIVE_INFINITY };
    },
    returnTurns: async () => undefined,
  };
}

interface PacedTurns extends Pick<Engine, 'ledger' | 'now'> {
  host: string;
  gapMs: number;
  /** The first turns came with the batch's message, and so with every copy of it. */
  areCarried: boolean;
  holdings: Holdings | undefined;
  more(count: number): ReturnType<Ledger['reserveSlots']>;
}

function pacedTurns(first: Slots, options: PacedTurns): Turns {
  const { ledger, now, host, gapMs, more } = options;
  let slots = first;
  let index = 0;
  let { areCarried } = options;
  /** Of the turns that were given out: when the last one was used, or may be. */
  let startedAt = Number.NEGATIVE_INFINITY;
  const give = (startBy: number): OwnTurn => {
    const before = startedAt;
    startedAt = startBy;
    return {
      startBy,
      sent(at) {
        if (startedAt === startBy) startedAt = Math.max(before, at);
      },
    };
  };
  const waitForTurn = async (startAt: number, startBy: number, signal: AbortSignal): Promise<LeaseAfter> => {
    let lease = await waitFor(startAt, options, signal);
    // The turn before may have been used late, or its request is not sent yet.
    while (lease !== 'lost' && !signal.aborted) {
      const freeAt = startedAt + gapMs;
      if (now() >= freeAt || freeAt > startBy) break;
      const again = await waitFor(freeAt, options, signal);
      if (again !== 'mine') lease = again;
    }
    return lease;
  };
  return {
    async next(remaining, signal) {
      for (;;) {
        if (index >= slots.count) {
          const answer = await more(remaining);
          if (answer.state === 'busy') return { busyUntil: answer.until };
          slots = answer.slots;
          index = 0;
          areCarried = false;
        }
        const list = slots;
        const startAt = slots.firstAt + index * slots.spacingMs;
        const startBy = latestStartOf(slots, index);
        index += 1;
        if (now() > startBy) continue;
        const waited = await waitForTurn(startAt, startBy, signal);
        // Whoever had the batch meanwhile may use what its message carried.
        const isAnothers = waited !== 'mine' && areCarried;
        if (isAnothers) index = slots.count;
        if (waited === 'lost' || signal.aborted) {
          // Several may wait, and all are stopped in the same way; more may have been reserved meanwhile.
          if (slots === list && !isAnothers) index -= 1;
          return 'aborted';
        }
        const isInTime = now() >= startedAt + gapMs && now() <= startBy;
        if (!isAnothers && isInTime) return give(startBy);
      }
    },
    async returnTurns() {
      if (index >= slots.count) return;
      const started = startedAt < slots.firstAt ? {} : { startedAt };
      await ledger.returnSlots?.({ host, gapMs, ...slots, used: index, ...started });
    },
  };
}

/** Waits until then, or until it is stopped; says what became of the batch's lease meanwhile. */
async function waitFor(
  at: number,
  { now, holdings }: Pick<PacedTurns, 'now' | 'holdings'>,
  signal: AbortSignal,
): Promise<LeaseAfter> {
  if (signal.aborted || at <= now()) return 'mine';
  const wait = () => sleepUntil(at, now, signal).catch(() => undefined);
  if (holdings !== undefined) return holdings.park(at, wait);
  await wait();
  return 'mine';
}
