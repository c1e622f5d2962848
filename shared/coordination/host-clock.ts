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
  /** Those who wait for turns beyond the horizon. */
  line?: HostLine;
  /**
   * Turns that were returned although later ones were reserved already, each list with the gap it was reserved
   * with.
   */
  returned?: ReturnedTurns[];
}

/**
 * The line of one run for one host. Its places are times of a clock of its own, which goes on as the host's turns are used:
 * it begins as epoch ms, and is behind by as much as the host is.
 */
export interface HostLine {
  run: string;
  /** Where the next place begins. */
  end: number;
  /** How far the line has come: what is before it has had its turns. Absent in records of version 0.1. */
  served?: number;
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

/** Those who go before the line find turns even where the horizon is full: beyond it, by so many horizons from now. */
const nextHorizons = 2;

/**
 * The next turns on a host's clock. A turn may start up to `slackMs` late, so turns are `gap + slack` apart, and the
 * next reservation begins a whole gap (the larger of the two jobs') after the latest start of the last turn, which
 * may be later by `spareMs`: whoever has the turns sees to it that they are a gap apart. Without a gap, nothing is
 * left on the clock unless a turn is still pending.
 */
export function planSlots(clock: HostClock, request: SlotTerms, at: number): SlotPlan {
  const { count, gapMs, slackMs, spareMs, horizonMs } = request;
  const { lastEnd, lastGapMs, delayedUntil } = clock;
  const again = planReturned(clock, request, at);
  if (again !== undefined) return again;
  const spacingMs = gapMs + slackMs;
  const firstAt = Math.ceil(Math.max(at, delayedUntil, lastEnd + Math.max(gapMs, lastGapMs)));
  const place = placeOf(clock, request, firstAt);
  const isEarly = place !== undefined && place.until > at + horizonMs;
  const isNext = request.line?.isNext === true;
  const reachMs = isNext ? horizonMs * nextHorizons : isEarly ? horizonMs / earlyShare : horizonMs;
  if (firstAt > at + reachMs) return planLine(clock, request, firstAt, place);

  const slots = { firstAt, count, spacingMs, slackMs, ...(spareMs === undefined ? {} : { spareMs }) };
  const answer: SlotAnswer = { state: 'mine', slots };
  const mustBeStored = gapMs > 0 || lastEnd + lastGapMs > at;
  if (!mustBeStored) return { answer };
  const end = endOf(slots);
  return {
    answer,
    next: { ...clock, ...servedBy(clock, request, firstAt), lastEnd: end, lastGapMs: Math.ceil(gapMs) },
  };
}

/** The latest start of turn `index` of these, from 0: epoch ms. */
export function latestStartOf({ firstAt, spacingMs, slackMs, spareMs = 0 }: Slots, index: number): number {
  return firstAt + index * spacingMs + slackMs + spareMs;
}

/** The latest start of the last of these turns. */
function endOf(slots: Slots): number {
  return Math.ceil(latestStartOf(slots, slots.count - 1));
}

/** More lists are not kept: returned turns are of use for seconds only. */
const maxReturned = 16;

/**
 * The clock after the turns from number `used` on were returned; `undefined` where nothing is gained.
 *
 * If no later turn was reserved, the clock is moved back to the start of the last used turn, or, if none was used, to one
 * gap before the first returned turn. No later turn was reserved if the clock's end equals the end of the returned
 * turns, since each later turn with a gap, or before that end, moves the clock on.
 *
 * If later turns were reserved, those of the returned ones that begin a whole gap after that start are kept in a list.
 */
export function planReturn(clock: HostClock, turns: SlotReturn, at: number): HostClock | undefined {
  const { host: _, gapMs, used, startedAt = latestStartOf(turns, turns.used - 1), ...slots } = turns;
  const end = endOf(slots);
  if (gapMs <= 0 || used >= slots.count || end <= at) return undefined;
  const others = ahead(clock, at);
  // The turns were returned before, and the answer to that call was lost: they lie beyond the clock's end, or they
  // are in a list that ends with them.
  if (clock.lastEnd < end || others.some((list) => Math.abs(endOf(list) - end) <= 1)) return undefined;
  const isLast = clock.lastEnd === end && clock.lastGapMs === Math.ceil(gapMs);
  const before = Math.ceil(used === 0 ? slots.firstAt - gapMs : startedAt);
  if (isLast) return { ...clock, lastEnd: before };
  const left = turnsSince({ ...slots, gapMs }, used === 0 ? slots.firstAt : before + gapMs);
  return left.count <= 0 ? undefined : { ...clock, returned: [...others, left].slice(-maxReturned) };
}

function ahead({ returned = [] }: HostClock, at: number): ReturnedTurns[] {
  return returned.filter((turns) => endOf(turns) > at);
}

/**
 * The earliest returned turns that suit the request; none if the request wants a greater distance than they have.
 */
function planReturned(clock: HostClock, request: SlotTerms, at: number): SlotPlan | undefined {
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
  const { firstAt, spacingMs, spareMs } = found.left;
  const spare = spareMs === undefined ? {} : { spareMs };
  const taken = { firstAt, count: Math.min(count, found.left.count), spacingMs, slackMs, ...spare };
  // The rest may be another's, who does not see when the last of these starts.
  const rest = turnsSince(found.left, latestStartOf(taken, taken.count - 1) + found.turns.gapMs);
  const others = lists.filter((list) => list !== found).map(({ turns }) => turns);
  const returned = rest.count > 0 ? [...others, rest] : others;
  return { answer: { state: 'mine', slots: taken }, next: { ...clock, returned } };
}

/** The turns that begin at `since` or later. */
function turnsSince(turns: ReturnedTurns, since: number): ReturnedTurns {
  const passed = Math.max(0, Math.ceil((since - turns.firstAt) / turns.spacingMs));
  return { ...turns, firstAt: turns.firstAt + passed * turns.spacingMs, count: turns.count - passed };
}

type SlotTerms = Omit<SlotRequest, 'host'>;

/** A place in the line, and when its turns are foreseen: epoch ms. */
interface Place {
  place: number;
  until: number;
}

/**
 * The place that the request brings, or the next one. Each has a time of its own: with one time for all, all would come
 * then, and all but a few would have to wait again. A line that is late stays a line, since what is counted is the turns
 * that those before it still need. Who comes after somebody from behind had his turns gets a new place, for the same
 * reason: of many such, only one could be the next. `undefined`: the request asks for no place.
 */
function placeOf(clock: HostClock, request: SlotTerms, firstAt: number): Place | undefined {
  const { line: asked } = request;
  if (asked === undefined || asked.isNext === true) return undefined;
  const line = clock.line?.run === asked.run ? clock.line : undefined;
  const served = servedUntil(clock, line, firstAt, request);
  const own = asked.place ?? Number.NEGATIVE_INFINITY;
  const place = own >= served ? own : Math.max(line?.end ?? firstAt, served);
  return { place, until: Math.ceil(firstAt + place - served) };
}

/**
 * How far the line has come when the host is free at `firstAt`. Where the host stood idle for longer than a horizon, those
 * whose time it was do not come any more, and the others are no longer behind them.
 */
function servedUntil(
  { lastEnd, lastGapMs }: HostClock,
  line: HostLine | undefined,
  firstAt: number,
  { horizonMs }: SlotTerms,
): number {
  if (line?.served === undefined) return firstAt;
  const idleMs = firstAt - lastEnd - lastGapMs;
  return idleMs <= horizonMs ? line.served : Math.max(line.served, Math.min(line.end, line.served + idleMs));
}

/** The line after turns from `firstAt` on were reserved. */
function servedBy(clock: HostClock, request: SlotTerms, firstAt: number): Pick<HostClock, 'line'> {
  const { line } = clock;
  const { count, gapMs, slackMs, line: asked } = request;
  if (line === undefined) return {};
  const ownEnd = asked?.run === line.run ? (asked.place ?? 0) + count * (gapMs + slackMs) : 0;
  const served = Math.max(
    servedUntil(clock, line, firstAt, request),
    asked?.place === undefined ? 0 : ownEnd,
  );
  return { line: { ...line, served: Math.ceil(served) } };
}

/** The line is that of one run at a time, so that the line of a finished run does not delay another. */
function planLine(clock: HostClock, request: SlotTerms, firstAt: number, place: Place | undefined): SlotPlan {
  const { count, gapMs, slackMs, line: asked } = request;
  if (asked === undefined || place === undefined) return { answer: { state: 'busy', until: firstAt } };
  const answer: SlotAnswer = { state: 'busy', ...place };
  if (asked.place === place.place) return { answer };
  const line = clock.line?.run === asked.run ? clock.line : undefined;
  const served = Math.ceil(servedUntil(clock, line, firstAt, request));
  const end = Math.ceil(place.place + count * (gapMs + slackMs));
  return { answer, next: { ...clock, line: { run: asked.run, end, served } } };
}
