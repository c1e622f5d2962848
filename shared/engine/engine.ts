import type { BatchQueue, Ledger, Outcomes } from '../coordination/ports.ts';
import type { RunContext } from './run-context.ts';

/** All that one process needs to work on batches; nothing in the engine looks anything up elsewhere. */
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
  /** The newest format it reads, and the one it writes. @default formatVersion */
  version?: number;
  /** Aborted when the process should stop: what is not yet fetched is handed on. */
  stopping: AbortSignal;
  /** Epoch ms at which the process is ended from outside, if that is known: no fetch that could outlast it is started. */
  endsAt?: number;
  /** Splits and gives up batches that kill their process, and sends all others again: it visits no page. */
  isLastResort?: true;
  /** Called whenever a run is seen to be over: at least once, before the batch that ended it is acknowledged. */
  onOver?(run: string): Promise<void>;
  limits: EngineLimits;
}

export interface EngineLimits {
  /** How long a batch is ours without renewal. */
  leaseMs: number;
  /** The same of a batch suspected of killing its process, which is renewed by heartbeat, so that it comes back soon. @default leaseMs */
  suspectLeaseMs?: number;
  /** Requests per batch, at most. */
  batchSize: number;
  /** A batch hands on what it has not started so long after its first turn. */
  batchBudgetMs: number;
  /** A batch's turns take this long at most, so that slow answers and progress reports have the rest of its time. */
  turnsMs: number;
  /** So long after a batch was received its process is ended from outside, at the latest. @default never */
  lifeMs?: number;
  /** Turns this far ahead are waited for in the process; later ones are sent again with a delay. */
  maxWaitMs: number;
  /** Turns further ahead than this are not reserved. */
  horizonMs: number;
  /** A paused run's batches look again after as long as the pause has lasted, at most this. */
  maxPauseMs: number;
  /** A run this old is ended: what the store knows of its first URLs is deleted some day. @default never */
  maxRunMs?: number;
  /** After so many deaths of its holders a batch is worked on alone. @default 2 */
  suspectAfter?: number;
  /**
   * A batch whose holders died so often kills its process. `together`: of several requests, it is split into
   * batches of one; `alone`: of one request, it has failed.
   */
  maxCrashes: { together: number; alone: number };
}

/** How long two machines' clocks may differ; waited on top of another's lease. */
export const clockSkewMs = 1_000;
