import { workerTimes } from '../shared/deployment/fit.ts';
import type { FunctionSettings } from '../shared/deployment/names.ts';
import type { EngineLimits } from '../shared/engine/engine.ts';

/** Renewed by heartbeat: a process that says nothing for so long is dead, or in a loop. */
const suspectLeaseMs = 20_000;
const dayMs = 86_400_000;
/** A run ends before what is known of its first URLs is deleted. */
const keptShare = 0.9;

type Terms = Pick<FunctionSettings, 'leaseMs' | 'batchSize' | 'workerTimeoutMs' | 'keepDays'>;

/**
 * The engine's bounds in a function. Its waiting is billed, so far turns are waited for in the queue;
 * a message costs too, so near ones are not.
 */
export function engineLimits(settings: Terms): EngineLimits {
  const { batchSize, keepDays } = settings;
  return {
    ...workerTimes(settings),
    batchSize,
    maxPauseMs: 900_000,
    maxRunMs: keptShare * keepDays * dayMs,
    suspectLeaseMs,
    // Functions die of what they work on, and hardly ever by chance: who has lost one is not put beside others again.
    suspectAfter: 1,
    maxCrashes: { together: 2, alone: 5 },
  };
}
