import { randomUUID } from 'node:crypto';
import type { Delivery } from '../coordination/ports.ts';
import type { Batch } from '../model.ts';
import type { Engine } from './engine.ts';

/**
 * A batch whose process died this often is a suspect in every process; so is each part of a split one, from the
 * start.
 */
export const suspectAfterCrashes = 2;

/** A suspect is worked on alone: its neighbours are not counted as crashed with it, nor it with them. */
export function isSuspect(engine: Engine, delivery: Delivery): boolean {
  return areSuspicious(engine, crashesOf(delivery));
}

export function areSuspicious({ limits }: Pick<Engine, 'limits'>, crashes: number): boolean {
  return crashes >= (limits.suspectAfter ?? suspectAfterCrashes);
}

/** How often the processes of the batch died, as its message says. The ledger says more with the lease. */
export function crashesOf({ batch }: Pick<Delivery, 'batch'>): number {
  return batch.crashes ?? 0;
}

/** How often the process of a batch may die. */
export function maxCrashesOf({ limits }: Engine, { requests, draws }: Batch): number {
  return (draws?.count ?? requests.length) > 1 ? limits.maxCrashes.together : limits.maxCrashes.alone;
}

export function leaseMsOf(engine: Engine, delivery: Delivery): number {
  const { limits } = engine;
  return isSuspect(engine, delivery) ? (limits.suspectLeaseMs ?? limits.leaseMs) : limits.leaseMs;
}

/** Names one attempt at a batch. A process that survives a failed attempt sends the batch again with the token. */
export function newToken(): string {
  return randomUUID();
}
