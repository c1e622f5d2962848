import type { FunctionSettings } from '../deployment/function-settings.ts';
import { workerTimes } from '../deployment/worker-times.ts';
import type { EngineLimits } from './engine.ts';

/** Renewed by heartbeat: a process without a heartbeat for this long is dead, or in a loop. */
const suspectLeaseMs = 20_000;
const dayMs = 86_400_000;
/** A run ends before what is known of its first URLs is deleted. */
const keptShare = 0.9;

type Terms = Pick<FunctionSettings, 'leaseMs' | 'batchSize' | 'workerTimeoutMs' | 'keepDays'>;

/**
 * The engine's bounds in a function. Waiting is billed there, so distant turns are waited for in the queue; a
 * message costs too, so near ones are not.
 */
export function engineLimits(settings: Terms): EngineLimits {
  const { batchSize, keepDays } = settings;
  return {
    ...workerTimes(settings),
    batchSize,
    maxPauseMs: 900_000,
    maxRunMs: keptShare * keepDays * dayMs,
    suspectLeaseMs,
    // A function dies because of its work, and hardly ever by chance: a batch that has lost one is not worked on
    // beside others again.
    suspectAfter: 1,
    maxCrashes: { together: 2, alone: 5 },
  };
}
