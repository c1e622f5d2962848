import type { Reason } from '../errors.ts';
import type { Batch, Idle, Outcome } from '../model.ts';

/**
 * What stops a batch, or a chain of batches, that goes round for ever: on AWS each round costs, and Lambda's own guard
 * is off (docs/decisions/recursive-loop.md). Who waits for a host, a lease, a retry or a pause goes no round: that is bounded by
 * time, for a run ends before what is known of its URLs does (`maxRunMs`).
 */
const bound = {
  /** Rounds since anything came of it. */
  rounds: 600,
  /** Besides, one in so long: the longest that SQS keeps a message back. */
  everyMs: 900_000,
};

/** A round with nothing to wait for counts as so many: it costs as much each time, and is over in no time. */
const roundsAtOnce = 10;
const atOnceMs = 1_000;

/** Goes on until something comes of it: one round more, after which it is looked at again in `waitMs`. */
export function idleAfter(before: Idle | undefined, waitMs: number, now: number): Idle {
  const { rounds = 0, since = now } = before ?? {};
  return { rounds: rounds + (waitMs < atOnceMs ? roundsAtOnce : 1), since };
}

/** Rounds before the run came into its state were somebody else's matter: since then it was resumed. */
export function idleOf({ idle }: Batch, movedAt = 0): Idle | undefined {
  return idle === undefined || idle.since < movedAt ? undefined : idle;
}

export function isOverBound({ rounds, since }: Idle, now: number): boolean {
  return rounds > bound.rounds + Math.max(0, now - since) / bound.everyMs;
}

/** Something has come of a batch: a request has ended, or another one is in the run for it. */
export function hasProgress({ pages }: Outcome, admitted: number): boolean {
  return admitted > 0 || pages.some(({ end }) => end !== 'retry');
}

/** Why its run is paused. */
export function reasonOf({ id, host }: Batch, { rounds, since }: Idle): Reason {
  const where = host === '' ? '' : ` of ${host}`;
  const when = new Date(since).toISOString();
  const message = `batch ${id}${where} has gone round ${rounds} times since ${when}, and nothing has come of it`;
  return { code: 'NO_PROGRESS', message };
}
