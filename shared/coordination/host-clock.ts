import type { SlotAnswer, SlotRequest } from './ports.ts';

/** What a store remembers of a host's turns; all 0 before the first. */
export interface HostClock {
  /** Epoch ms of the latest start of the last turn that was reserved. */
  lastEnd: number;
  /** The gap that follows that turn. */
  lastGapMs: number;
  /** Epoch ms before which no request may start. */
  delayedUntil: number;
  /** Who stands in line for turns beyond the horizon, and when the last of them will have had his: epoch ms. */
  line?: { run: string; end: number };
}

export interface SlotPlan {
  answer: SlotAnswer;
  /** The clock once the turns are reserved; none when it need not move. */
  next?: HostClock;
}

/**
 * Who comes before his time, since no queue keeps a message as long as some lines are, takes turns only
 * if they would else go to waste: else he would push back those whose time it is, who come again and again.
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
  const spacingMs = gapMs + slackMs;
  const firstAt = Math.ceil(Math.max(at, delayedUntil, lastEnd + Math.max(gapMs, lastGapMs)));
  const isEarly = (request.line?.place ?? 0) > at + horizonMs;
  const reachMs = isEarly ? horizonMs / earlyShare : horizonMs;
  if (firstAt > at + reachMs) return planPlace(clock, request, firstAt);

  const answer: SlotAnswer = { state: 'mine', slots: { firstAt, count, spacingMs, slackMs } };
  const leavesTrace = gapMs > 0 || lastEnd + lastGapMs > at;
  if (!leavesTrace) return { answer };
  const end = Math.ceil(firstAt + (count - 1) * spacingMs + slackMs);
  return { answer, next: { ...clock, lastEnd: end, lastGapMs: Math.ceil(gapMs) } };
}

/**
 * Were all who wait told the same time, all would come then, and all but a few be sent away again. One
 * run stands in line at a time: the line of one that has ended must not keep another waiting.
 */
function planPlace(clock: HostClock, request: Omit<SlotRequest, 'host'>, firstAt: number): SlotPlan {
  const { count, gapMs, slackMs, line } = request;
  if (line === undefined) return { answer: { state: 'busy', until: firstAt } };
  if (line.place !== undefined) {
    return { answer: { state: 'busy', until: Math.max(firstAt, line.place) } };
  }
  const until = Math.max(firstAt, clock.line?.run === line.run ? clock.line.end : 0);
  const end = Math.ceil(until + count * (gapMs + slackMs));
  return { answer: { state: 'busy', until }, next: { ...clock, line: { run: line.run, end } } };
}
