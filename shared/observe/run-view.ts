import type { HostWait } from '../coordination/host-wait.ts';
import type { Counts, Run } from '../model.ts';

/** The state of a run, as the displays need it. */
export interface RunView {
  run: Run;
  counts: Counts;
  /** Epoch ms at which the next batch becomes visible; read only while nothing changes. */
  nextDueAt?: number;
  /** The host of that batch, if it has one. */
  nextHost?: string;
  /** Why that host is left alone, if it is. */
  nextWait?: HostWait;
  /** No batch is open any more, or the rest was given up. */
  isOver: boolean;
}

/** Pages that have come to an end. */
export function finishedPages(counts: Counts): number {
  const { stored = 0, failed = 0, skipped = 0, cancelled = 0 } = counts;
  return stored + failed + skipped + cancelled;
}

/** The job's name, for a frozen job of any version. */
export function jobNameOf({ job, id }: Run): string {
  const name = typeof job === 'object' && job !== null && !Array.isArray(job) ? job['name'] : undefined;
  return typeof name === 'string' ? name : id;
}

/** `limits.maxPages` of the frozen job. */
export function maxPagesOf({ job }: Run): number | undefined {
  const limits = typeof job === 'object' && job !== null && !Array.isArray(job) ? job['limits'] : undefined;
  const isObject = typeof limits === 'object' && limits !== null && !Array.isArray(limits);
  const maxPages = isObject ? limits['maxPages'] : undefined;
  return typeof maxPages === 'number' ? maxPages : undefined;
}

/** Paused for a reason that a user has to look at; a pause by command may end by itself. */
export function isHeldUp({ state, reason }: Run): boolean {
  return state === 'paused' && reason !== undefined;
}

/** Ended with batches open that cannot be sent again: what was known of its URLs is deleted. */
export function isGivenUp({ state, reason }: Pick<Run, 'state' | 'reason'>): boolean {
  return state === 'cancelled' && reason?.code === 'RUN_EXPIRED';
}

/** No batch of the run is worked on, or ever will be. */
export function isRunOver(run: Pick<Run, 'state' | 'reason'>, counts: Counts): boolean {
  return counts['open'] === 0 || isGivenUp(run);
}
