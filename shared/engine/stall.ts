import { usagePrefix } from '../cost/cost.ts';
import type { Counts } from '../model.ts';
import { digestOf } from './ids.ts';

/** What is remembered of a run from one look at it to the next. Plain JSON. */
export interface StallState {
  /** Another one whenever a batch was committed. */
  progress: string;
  /** Epoch ms: since when it is the same. */
  since: number;
  /** Looks in a row that saw no progress and too few messages. */
  shortLooks: number;
  /** How often the run was repaired since it last made progress, and when last (epoch ms). */
  repairs: number;
  repairedAt?: number;
}

/** One look at a run that should go on by itself. */
export interface RunObservation {
  /** Epoch ms. */
  at: number;
  progress: string;
  /** There are fewer messages than what is open needs: what is not there does not come back. */
  isShort: boolean;
}

export interface StallTerms {
  /** Between two repairs of a run that lacks messages, twice as long each time. */
  repairMs: number;
  /** How long a run may make no progress though messages are there for it, twice as long each time. */
  idleMs: number;
  /** The longest of both. */
  maxMs: number;
}

/** A queue's counts are approximate ("Getting attributes from a queue", SQS developer guide): one look may be wrong. */
const minShortLooks = 2;

/** What a run used says nothing: a repair that came to nothing is billed, too. */
export function progressOf(counts: Counts): string {
  const moved = Object.entries(counts).filter(([name]) => !name.startsWith(usagePrefix));
  return digestOf(JSON.stringify(moved.sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** What is remembered after one more look. */
export function remember(
  before: StallState | undefined,
  { at, progress, isShort }: RunObservation,
): StallState {
  if (before === undefined || before.progress !== progress) {
    return { progress, since: at, shortLooks: isShort ? 1 : 0, repairs: 0 };
  }
  return { ...before, shortLooks: isShort ? before.shortLooks + 1 : 0 };
}

/** Looks in a row saw no progress and too few messages, as many as are needed to believe it. */
export function hasLostMessages({ shortLooks }: StallState): boolean {
  return shortLooks >= minShortLooks;
}

/**
 * Is the run stalled, and to be repaired? Pure. A run that makes progress is not. One that waits for its host, which
 * may ask for hours, has its messages in the queue and is left alone for long; one whose messages are fewer than its
 * open batches is not waiting, and is repaired soon. Other runs' messages may hide that, so that in the end time tells.
 * A repair that was for nothing costs its messages, so the next one waits twice as long.
 */
export function observeRun(
  before: StallState | undefined,
  observation: RunObservation,
  terms: StallTerms,
): { state: StallState; isStalled: boolean } {
  const state = remember(before, observation);
  if (before === undefined || before.progress !== state.progress) return { state, isStalled: false };
  const { at } = observation;
  const { repairs, repairedAt = before.since } = before;
  const longer = 2 ** repairs;
  const isRepairDue = at - repairedAt >= Math.min(terms.maxMs, terms.repairMs * longer);
  const lacksMessages = hasLostMessages(state) && (repairs === 0 || isRepairDue);
  const isIdle = at - repairedAt >= Math.min(terms.maxMs, terms.idleMs * longer);
  if (!lacksMessages && !isIdle) return { state, isStalled: false };
  return { state: { ...state, shortLooks: 0, repairs: repairs + 1, repairedAt: at }, isStalled: true };
}
