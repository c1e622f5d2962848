import { turnsMsOf } from '../shared/deployment/fit.ts';
import type { FunctionSettings } from '../shared/deployment/names.ts';
import type { EngineLimits } from '../shared/engine/engine.ts';

/** Its company in the event waits for it. */
const maxWaitMs = 15_000;
/** Renewed by heartbeat: a process that says nothing for so long is dead, or in a loop. */
const suspectLeaseMs = 30_000;
const dayMs = 86_400_000;
/** A run ends before what is known of its first URLs is deleted. */
const keptShare = 0.9;

type Terms = Pick<FunctionSettings, 'leaseMs' | 'batchSize' | 'workerTimeoutMs' | 'keepDays'>;

/**
 * The engine's bounds in a function. Its waiting is billed, so far turns are waited for in the queue;
 * a message costs too, so near ones are not.
 */
export function engineLimits(settings: Terms): EngineLimits {
  const { leaseMs, batchSize, workerTimeoutMs, keepDays } = settings;
  return {
    leaseMs,
    batchSize,
    batchBudgetMs: workerTimeoutMs / 2,
    turnsMs: turnsMsOf(workerTimeoutMs),
    maxWaitMs,
    // Nothing is reserved that cannot be waited for: who comes late from the queue has no turns to lose.
    horizonMs: maxWaitMs,
    longestPauseMs: 900_000,
    longestRunMs: keptShare * keepDays * dayMs,
    suspectLeaseMs,
    maxCrashes: { together: 3, alone: 5 },
  };
}
