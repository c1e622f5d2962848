import { usagePrefix } from '../../cost/cost.ts';
import type { Counts } from '../../model.ts';
import { digestOf } from '../ids.ts';

/** What is stored of a run from one observation to the next. Plain JSON. */
export interface StallState {
  /** A digest that changes with every commit of a batch. */
  progress: string;
  /** Epoch ms of the first observation with this digest. */
  since: number;
  /** Consecutive observations with no progress and too few messages. */
  shortLooks: number;
  /** How often the run was repaired since its last progress, and when last (epoch ms). */
  repairs: number;
  repairedAt?: number;
}

/** One observation of a run that should make progress by itself. */
export interface RunObservation {
  /** Epoch ms. */
  at: number;
  progress: string;
  /** There are fewer messages than the open batches need: some are lost. */
  isShort: boolean;
}

export interface StallTerms {
  /** The minimum time between two repairs of a run that lacks messages; it doubles each time. */
  repairMs: number;
  /** How long a run may make no progress although it has messages; it doubles each time. */
  idleMs: number;
  /** The maximum of both. */
  maxMs: number;
}

/**
 * A queue's counts are approximate ("Getting attributes from a queue", SQS developer guide): one observation may
 * be wrong.
 */
const minShortLooks = 2;

/** Usage is left out: a repair without effect is billed, too. */
export function progressOf(counts: Counts): string {
  const moved = Object.entries(counts).filter(([name]) => !name.startsWith(usagePrefix));
  return digestOf(JSON.stringify(moved.sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** The state after one more observation. */
export function remember(
  before: StallState | undefined,
  { at, progress, isShort }: RunObservation,
): StallState {
  if (before === undefined || before.progress !== progress) {
    return { progress, since: at, shortLooks: isShort ? 1 : 0, repairs: 0 };
  }
  return { ...before, shortLooks: isShort ? before.shortLooks + 1 : 0 };
}

/** Whether enough consecutive observations had no progress and too few messages. */
export function hasLostMessages({ shortLooks }: StallState): boolean {
  return shortLooks >= minShortLooks;
}

/**
 * Whether the run is stalled and has to be repaired. Pure. A run that makes progress is not stalled. A run that
 * waits for its host, which may ask for hours, has its messages in the queue and gets a long time; one that has
 * fewer messages than open batches does not wait, and is repaired soon. Other runs' messages may conceal that, so
 * in the end time decides. A repair without effect costs its messages, so the next one waits twice as long.
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
