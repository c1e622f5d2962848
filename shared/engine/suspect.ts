import { randomUUID } from 'node:crypto';
import type { Delivery } from '../coordination/ports.ts';
import type { Batch } from '../model.ts';
import type { Engine } from './engine.ts';

/** A batch whose process died this often is a suspect everywhere; so is each part of one that was split, from the start. */
export const suspectAfterCrashes = 2;

/** Such a batch is worked on alone, so that one that kills does not take the blame of its neighbours with it, nor they its. */
export function isSuspect(engine: Engine, delivery: Delivery): boolean {
  return areSuspicious(engine, crashesOf(delivery));
}

export function areSuspicious({ limits }: Pick<Engine, 'limits'>, crashes: number): boolean {
  return crashes >= (limits.suspectAfter ?? suspectAfterCrashes);
}

/** How often the processes of the batch died, as its message knows. The ledger says more with the lease. */
export function crashesOf({ batch }: Pick<Delivery, 'batch'>): number {
  return batch.crashes ?? 0;
}

/** How often the process of a batch may die. */
export function chancesOf({ limits }: Engine, { requests }: Batch): number {
  return requests.length > 1 ? limits.maxCrashes.together : limits.maxCrashes.alone;
}

export function leaseMsOf(engine: Engine, delivery: Delivery): number {
  const { limits } = engine;
  return isSuspect(engine, delivery) ? (limits.suspectLeaseMs ?? limits.leaseMs) : limits.leaseMs;
}

/** Names one attempt at a batch. Whoever lives on after the attempt failed sends the batch again with it. */
export function newToken(): string {
  return randomUUID();
}
