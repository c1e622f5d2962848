import type { Slots } from '../model.ts';
import type { SlotAnswer, SlotRequest, SlotReturn } from './ports.ts';

/** What a store remembers of a host's turns; all 0 before the first. */
export interface HostClock {
  /** Epoch ms of the latest start of the last turn that was reserved. */
  lastEnd: number;
  /** The gap that follows that turn. */
  lastGapMs: number;
  /** Epoch ms before which no request may start. */
  delayedUntil: number;
  /**
   * The run that waits for turns beyond the horizon, and when the last of its requests will have had its turn:
   * epoch ms.
   */
  line?: { run: string; end: number };
  /**
   * Turns that were returned although later ones were reserved already, each list with the gap it was reserved
   * with.
   */
  returned?: ReturnedTurns[];
}

export interface ReturnedTurns extends Slots {
  gapMs: number;
}

export interface SlotPlan {
  answer: SlotAnswer;
  /** The clock once the turns are reserved; absent when it does not change. */
  next?: HostClock;
}

/**
 * A batch in line may come back before the time that it was given, since no queue keeps a message as long as some
 * lines are. It gets turns only within this part of the horizon, where they would otherwise be unused. With turns
 * further ahead it would push back the batches whose time has come, and these would return again and again.
 */
const earlyShare = 4;

/**
 * The next turns on a host's clock. A turn may start up to `slackMs` late, so turns are `gap + slack`
 * apart, and the next reservation begins a whole gap (the larger of the two jobs') after the latest
 * start of the last turn. Without a gap, nothing is left on the clock unless a turn is still pending.
 */
export function planSlots(clock: HostClock, request: Omit<SlotRequest, 'host'>, at: number): SlotPlan {
  const { count, gapMs, slackMs, horizonMs } = request;
  const { lastEnd, lastGapMs, delayedUntil } = clock;
  const again = planReturned(clock, request, at);
  if (again !== undefined) return again;
  const spacingMs = gapMs + slackMs;
  const firstAt = Math.ceil(Math.max(at, delayedUntil, lastEnd + Math.max(gapMs, lastGapMs)));
  const isEarly = (request.line?.expectedAt ?? 0) > at + horizonMs;
  const reachMs = isEarly ? horizonMs / earlyShare : horizonMs;
  if (firstAt > at + reachMs) return planLine(clock, request, firstAt);

  const answer: SlotAnswer = { state: 'mine', slots: { firstAt, count, spacingMs, slackMs } };
  const mustBeStored = gapMs > 0 || lastEnd + lastGapMs > at;
  if (!mustBeStored) return { answer };
  const end = endOf({ firstAt, count, spacingMs, slackMs });
  return { answer, next: { ...clock, lastEnd: end, lastGapMs: Math.ceil(gapMs) } };
}

/** The latest start of the last of these turns. */
function endOf({ firstAt, count, spacingMs, slackMs }: Slots): number {
  return Math.ceil(firstAt + (count - 1) * spacingMs + slackMs);
}

/** More lists are not kept: returned turns are of use for seconds only. */
const maxReturned = 16;

/**
 * The clock after the turns from number `used` on were returned; `undefined` where nothing is gained.
 *
 * If no later turn was reserved, the clock is moved back to the end of the last used turn, or, if none was used, to one
 * gap before the first returned turn. No later turn was reserved if the clock's end equals the end of the returned
 * turns, since each later turn with a gap, or before that end, moves the clock on.
 *
 * If later turns were reserved, the returned ones are kept in a list with their times, each of which is a whole gap
 * from its neighbours.
 */
export function planReturn(clock: HostClock, turns: SlotReturn, at: number): HostClock | undefined {
  const { host: _, gapMs, used, ...slots } = turns;
  const end = endOf(slots);
  if (gapMs <= 0 || used >= slots.count || end <= at) return undefined;
  const others = ahead(clock, at);
  // The turns were returned before, and the answer to that call was lost: they lie beyond the clock's end, or they
  // are in a list that ends with them.
  if (clock.lastEnd < end || others.some((list) => Math.abs(endOf(list) - end) <= 1)) return undefined;
  const isLast = clock.lastEnd === end && clock.lastGapMs === Math.ceil(gapMs);
  const before = used === 0 ? Math.ceil(slots.firstAt - gapMs) : endOf({ ...slots, count: used });
  if (isLast) return { ...clock, lastEnd: before };
  const left = {
    ...slots,
    gapMs,
    firstAt: slots.firstAt + used * slots.spacingMs,
    count: slots.count - used,
  };
  return { ...clock, returned: [...others, left].slice(-maxReturned) };
}

function ahead({ returned = [] }: HostClock, at: number): ReturnedTurns[] {
  return returned.filter((turns) => endOf(turns) > at);
}

/**
 * The earliest returned turns that suit the request; none if the request wants a greater distance than they have.
 */
function planReturned(
  clock: HostClock,
  request: Omit<SlotRequest, 'host'>,
  at: number,
): SlotPlan | undefined {
  const { count, gapMs, slackMs, horizonMs } = request;
  if (clock.returned === undefined || gapMs <= 0) return undefined;
  const since = Math.max(at, clock.delayedUntil);
  const lists = ahead(clock, at).map((turns) => ({ turns, left: turnsSince(turns, since) }));
  const suiting = lists.filter(
    ({ turns, left }) =>
      gapMs <= turns.gapMs && slackMs <= turns.slackMs && left.count > 0 && left.firstAt <= at + horizonMs,
  );
  const [found] = suiting.toSorted((a, b) => a.left.firstAt - b.left.firstAt);
  if (found === undefined) return undefined;
  const { firstAt, spacingMs } = found.left;
  const taken = { firstAt, count: Math.min(count, found.left.count), spacingMs, slackMs };
  const rest = {
    ...found.left,
    firstAt: firstAt + taken.count * spacingMs,
    count: found.left.count - taken.count,
  };
  const others = lists.filter((list) => list !== found).map(({ turns }) => turns);
  const returned = rest.count > 0 ? [...others, rest] : others;
  return { answer: { state: 'mine', slots: taken }, next: { ...clock, returned } };
}

/** The turns that begin at `since` or later. */
function turnsSince(turns: ReturnedTurns, since: number): ReturnedTurns {
  const passed = Math.max(0, Math.ceil((since - turns.firstAt) / turns.spacingMs));
  return { ...turns, firstAt: turns.firstAt + passed * turns.spacingMs, count: turns.count - passed };
}

/**
 * Each batch in line gets a different time: with the same time for all, all would come then, and all but a few
 * would have to wait again. The line is that of one run at a time, so that the line of a finished run does not
 * delay another.
 */
function planLine(clock: HostClock, request: Omit<SlotRequest, 'host'>, firstAt: number): SlotPlan {
  const { count, gapMs, slackMs, line } = request;
  if (line === undefined) return { answer: { state: 'busy', until: firstAt } };
  if (line.expectedAt !== undefined) {
    return { answer: { state: 'busy', until: Math.max(firstAt, line.expectedAt) } };
  }
  const until = Math.max(firstAt, clock.line?.run === line.run ? clock.line.end : 0);
  const end = Math.ceil(until + count * (gapMs + slackMs));
  return { answer: { state: 'busy', until }, next: { ...clock, line: { run: line.run, end } } };
}
