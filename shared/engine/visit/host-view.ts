import type { PageRequest } from '../../model.ts';
import type { Visit } from '../make-visit.ts';
import type { FailureStreak } from '../turns/breaker.ts';
import type { VisitContext } from './visit-context.ts';

/** What the visits of a batch know of the hosts of its requests, and show of them. */
export interface HostView {
  /** The clock by which they are paced. */
  clock: string;
  contextOf(request: PageRequest): VisitContext;
  /** Called with the end of each visit: epoch ms until which the whole batch is to pause, 0 for no pause. */
  ended(request: PageRequest, visit: Visit, now: number): number;
  /** Epoch ms until which the request's host alone is left alone, 0 for no pause. */
  pausedUntil(request: PageRequest): number;
}

/** All requests are of one host, which is paced by its own clock: a pause of it is one of the batch. */
export function viewOfHost(host: string, context: VisitContext, streak: FailureStreak): HostView {
  return {
    clock: host,
    contextOf: () => context,
    ended: (_, visit, now) => Math.max(visit.pauseUntil ?? 0, streak.add(visit, now) ?? 0),
    pausedUntil: () => 0,
  };
}
