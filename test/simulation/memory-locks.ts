import { grantLock, withoutToken } from '../../shared/coordination/lock-grant.ts';
import type { CoordinationStore } from '../../shared/coordination/ports.ts';
import type { LedgerView } from './memory-ledger.ts';
import type { MemoryStore } from './memory-store.ts';

/** Locks, counters and registers. */
export function memoryLocks(store: MemoryStore, { now }: LedgerView): CoordinationStore {
  const { locks, counters, registers } = store;
  return {
    async acquireLock(request) {
      const { answer, kept } = grantLock(locks.get(request.name), request, now());
      if (kept !== undefined) locks.set(request.name, kept);
      return answer;
    },
    async renewLock(name, token, leaseMs) {
      const at = now();
      const held = locks.get(name)?.holders.find((holder) => holder.token === token);
      if (held === undefined) return false;
      held.until = Math.max(held.until, at + leaseMs);
      return true;
    },
    async releaseLock(name, token) {
      const record = locks.get(name);
      const kept = withoutToken(record, token);
      if (kept !== undefined) locks.set(name, kept);
      return record?.evicted.includes(token) !== true;
    },
    async addToCounter(name, amount) {
      counters.set(name, (counters.get(name) ?? 0) + amount);
    },
    readCounter: async (name) => counters.get(name) ?? 0,
    async readRegister(name, fence = 0) {
      const { value, fence: largest } = registers.get(name) ?? { value: undefined, fence: 0 };
      const raised = { value, fence: Math.max(largest, fence) };
      registers.set(name, raised);
      return raised;
    },
    async writeRegister(name, value, fence) {
      const largest = registers.get(name)?.fence ?? 0;
      if (fence !== undefined && fence < largest) return false;
      registers.set(name, { value, fence: fence ?? largest });
      return true;
    },
  };
}
