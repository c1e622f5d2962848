import { availableParallelism } from 'node:os';
import type { EngineLimits } from '../../shared/engine/engine.ts';
import type { Settings } from '../../shared/job/settings-schema.ts';

/** The engine's bounds in a worker process, which, unlike a function, may wait for free. */
export function localLimits(settings: Settings): EngineLimits {
  return {
    leaseMs: settings.leaseMs,
    batchSize: settings.batchSize,
    batchBudgetMs: 30_000,
    turnsMs: 5_000,
    maxPauseMs: 5_000,
    maxWaitMs: 2_000,
    horizonMs: 30_000,
    // A death costs little here, and people kill processes: so often, none was at fault by chance.
    maxCrashes: { together: 3, alone: 10 },
  };
}

/** Worker processes of a run on this machine. */
export function localProcesses({ processes }: Settings): number {
  return processes === 'auto' ? availableParallelism() : processes;
}
