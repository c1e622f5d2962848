import type { Reason } from '../../errors.ts';
import type { Batch, Idle, Outcome } from '../../model.ts';

/**
 * The bound on a batch, or a chain of batches, that is sent again for ever without progress: on AWS each round
 * costs, and Lambda's own loop detection is off (docs/decisions/recursive-loop.md). A batch that waits for a host,
 * a lease, a retry or a pause makes no round: that is bounded by time, since a run ends before what is known of
 * its URLs is deleted (`maxRunMs`).
 */
const bound = {
  /** Rounds since the last progress. */
  rounds: 600,
  /** One more round is allowed per this time: the longest delay of SQS. */
  everyMs: 900_000,
};

/** A round without a wait counts as this many: it costs as much, and takes no time. */
const roundsAtOnce = 10;
const atOnceMs = 1_000;

/** One more round without progress, after which the batch comes back in `waitMs`. */
export function idleAfter(before: Idle | undefined, waitMs: number, now: number): Idle {
  const { rounds = 0, since = now } = before ?? {};
  return { rounds: rounds + (waitMs < atOnceMs ? roundsAtOnce : 1), since };
}

/** Rounds before the run's last change of state do not count: it was resumed since. */
export function idleOf({ idle }: Batch, movedAt = 0): Idle | undefined {
  return idle === undefined || idle.since < movedAt ? undefined : idle;
}

export function isOverBound({ rounds, since }: Idle, now: number): boolean {
  return rounds > bound.rounds + Math.max(0, now - since) / bound.everyMs;
}

/** A batch has made progress: a request has ended, or another one was admitted for it. */
export function hasProgress({ pages }: Outcome, admitted: number): boolean {
  return admitted > 0 || pages.some(({ end }) => end !== 'retry');
}

/** The reason with which its run is paused. */
export function reasonOf({ id, host }: Batch, { rounds, since }: Idle): Reason {
  const where = host === '' ? '' : ` of ${host}`;
  const when = new Date(since).toISOString();
  const message = `batch ${id}${where} has gone round ${rounds} times since ${when}, and nothing has come of it`;
  return { code: 'NO_PROGRESS', message };
}
