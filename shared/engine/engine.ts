import type { BatchQueue, Ledger, Outcomes } from '../coordination/ports.ts';
import type { RunContext } from './run-context.ts';
import type { SeenCache } from './seen-cache.ts';

/** All that one process needs to work on batches; nothing in the engine looks anything up elsewhere. */
export interface Engine {
  ledger: Ledger;
  queue: BatchQueue;
  outcomes: Outcomes;
  /** What a run's job compiles to, made once per run and process. */
  contextOf(run: string): Promise<RunContext>;
  seen: SeenCache;
  /** Names this process in leases. */
  owner: string;
  /** Epoch milliseconds. */
  now(): number;
  /** Aborted when the process should stop: what is not yet fetched is handed on. */
  stopping: AbortSignal;
  limits: EngineLimits;
}

export interface EngineLimits {
  /** How long a batch is ours without renewal. */
  leaseMs: number;
  /** Requests per batch, at most. */
  batchSize: number;
  /** A batch hands on what it has not started by then. */
  batchBudgetMs: number;
  /** Turns this far ahead are waited for in the process; later ones are sent again with a delay. */
  maxWaitMs: number;
  /** Turns further ahead than this are not reserved. */
  horizonMs: number;
  /** A batch received this often without an outcome kills its process: it is split, then given up. */
  maxReceives: number;
}

/** How long two machines' clocks may differ; waited on top of another's lease. */
export const clockSkewMs = 1_000;
