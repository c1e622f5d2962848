/** `spinneret/coordination`: locks, semaphores, counters and guarded registers. See docs/coordination.md. */
export {
  type Lock,
  type LockOf,
  type LockOptions,
  type Locks,
  type LocksOptions,
  makeLocks,
} from '../shared/coordination/lock.ts';
export type {
  CoordinationStore,
  CounterStore,
  LockAnswer,
  LockRequest,
  LockStore,
  RegisterStore,
} from '../shared/coordination/ports.ts';
export { type OpenedStore, openStore, type StoreAddress } from './open-store.ts';
