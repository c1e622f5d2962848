import type { BatchQueue, Ledger, Outcomes } from '../coordination/ports.ts';
import type { Limiter } from '../fetch/limiter.ts';
import type { Load } from './load.ts';
import type { RunContext } from './run-context.ts';

/** Everything that one process needs to work on batches; the engine looks nothing up elsewhere. */
export interface Engine {
  ledger: Ledger;
  queue: BatchQueue;
  outcomes: Outcomes;
  /** What a run's job compiles to, made once per run and process. */
  contextOf(run: string): Promise<RunContext>;
  /** Names this process in leases. */
  owner: string;
  /** Epoch milliseconds. */
  now(): number;
  /** The newest format that this process reads, and the one that it writes. @default formatVersion */
  version?: number;
  /** Aborted when the process should stop: what is not yet fetched is handed on. */
  stopping: AbortSignal;
  /** Epoch ms at which the process is ended from outside, if known: no fetch that could outlast it is started. */
  endsAt?: number;
  /**
   * This process splits and gives up batches that kill their process, and sends all others again: it visits no
   * page.
   */
  isLastResort?: true;
  /**
   * Where pages that need a browser are for processes of their own (`Batch.inBrowser`): whether this is one. @default each process reads
   * what it fetches
   */
  hasBrowser?: boolean;
  /** What it has in hand, where it takes as much as it has time for (`work-loop.ts`). */
  load?: Load;
  /**
   * Bounds the requests that all hosts together have under way, for each holds memory and a connection. @default that
   * of `load`, else none
   */
  requests?: Limiter;
  /** Called whenever a run is seen to be over: at least once, before the batch that ended it is acknowledged. */
  onOver?(run: string): Promise<void>;
  limits: EngineLimits;
}

export interface EngineLimits {
  /** How long a lease lasts without renewal. */
  leaseMs: number;
  /**
   * The lease of a batch suspected of killing its process: short and renewed by heartbeat, so that it comes back
   * soon. @default leaseMs
   */
  suspectLeaseMs?: number;
  /** The maximum number of requests of a batch. */
  batchSize: number;
  /** A batch sends on what it has not started this long after its first turn. */
  batchBudgetMs: number;
  /** The maximum time for a batch's turns, so that slow answers and progress reports have the rest of its time. */
  turnsMs: number;
  /**
   * The time after which a process is ended from outside, counted from the moment a batch was received. @default
   * never
   */
  lifeMs?: number;
  /** Turns this far ahead are waited for in the process; later ones are sent again with a delay. */
  maxWaitMs: number;
  /** Turns further ahead than this are not reserved. */
  horizonMs: number;
  /** A paused run's batches come back after as long as the pause has lasted, at most this. */
  maxPauseMs: number;
  /** A run of this age is ended, since the store deletes what it knows of the first URLs. @default never */
  maxRunMs?: number;
  /** After this many deaths of its holders a batch is worked on alone. @default 2 */
  suspectAfter?: number;
  /**
   * A batch whose holders died this often kills its process. `together`: a batch of several requests is split into
   * batches of one; `alone`: a batch of one request has failed.
   */
  maxCrashes: { together: number; alone: number };
}

/** How much two machines' clocks may differ; added to the wait for another's lease. */
export const clockSkewMs = 1_000;

/** The longest lease of a lock under which one process does something for all, such as a login. */
const maxLockLeaseMs = 30_000;

/**
 * The lease of such a lock, which is renewed for as long as the work lasts. Should the process die, the others wait this long, and no
 * longer than for its batches.
 */
export function lockLeaseMsOf({ limits }: Pick<Engine, 'limits'>): number {
  return Math.min(maxLockLeaseMs, limits.leaseMs);
}
