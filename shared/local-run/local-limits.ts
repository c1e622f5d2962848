import { availableParallelism } from 'node:os';
import type { EngineLimits } from '../engine/engine.ts';
import type { Settings } from '../job/settings-schema.ts';

/** The engine's bounds in a worker process, in which waiting costs nothing, unlike in a function. */
export function localLimits(settings: Settings): EngineLimits {
  return {
    leaseMs: settings.leaseMs,
    batchSize: settings.batchSize,
    batchBudgetMs: 30_000,
    turnsMs: 5_000,
    maxPauseMs: 5_000,
    maxWaitMs: 2_000,
    horizonMs: 30_000,
    // A crash costs little here, and people kill processes: after this many, chance is ruled out.
    maxCrashes: { together: 3, alone: 10 },
  };
}

/** Worker processes of a run on this machine. */
export function localProcesses({ processes }: Settings): number {
  return processes === 'auto' ? availableParallelism() : processes;
}
