import { type HostClock, planSlots } from '../../shared/coordination/host-clock.ts';
import type { HostRecord, Ledger, LockAnswer } from '../../shared/coordination/ports.ts';
import type { LedgerWorld } from './memory-ledger.ts';

/** Bills units of one call, a write by its key too, and waits as long as it takes. */
interface Bill {
  read(units: number): Promise<void>;
  write(units: number, key?: string): Promise<void>;
}

type HostPorts = Pick<
  Ledger,
  'readHost' | 'reserveSlots' | 'delayHost' | 'updateHost' | 'acquireLock' | 'renewLock' | 'releaseLock'
>;

/** Hosts and locks. */
export function memoryHosts({ time: { now }, meter }: LedgerWorld, bill: Bill): HostPorts {
  const hosts = new Map<string, HostRecord & { clock: HostClock }>();
  const locks = new Map<string, { owner: string; fence: number; until: number }>();
  const hostOf = (host: string) => {
    let record = hosts.get(host);
    if (record === undefined) {
      record = { clock: { lastEnd: 0, lastGapMs: 0, delayedUntil: 0 } };
      hosts.set(host, record);
    }
    return record;
  };
  return {
    async readHost(host) {
      await bill.read(1);
      const { clock, ...record } = hostOf(host);
      return clock.delayedUntil > 0 ? { ...record, delayedUntil: clock.delayedUntil } : record;
    },
    async reserveSlots(request) {
      const record = hostOf(request.host);
      if (request.gapMs === 0) await bill.read(0.5);
      else await bill.write(1, `HOST#${request.host}`);
      const { answer, next } = planSlots(record.clock, request, now());
      if (next !== undefined) record.clock = next;
      if (answer.state === 'busy') meter.count('busyHosts');
      return answer;
    },
    async delayHost(host, until) {
      await bill.write(1, `HOST#${host}`);
      const { clock } = hostOf(host);
      clock.delayedUntil = Math.max(clock.delayedUntil, until);
    },
    async updateHost(host, facts) {
      await bill.write(1, `HOST#${host}`);
      Object.assign(hostOf(host), facts);
    },

    async acquireLock(name, owner, leaseMs): Promise<LockAnswer> {
      await bill.write(1, `LOCK#${name}`);
      const lock = locks.get(name) ?? { owner: '', fence: 0, until: 0 };
      if (lock.until > now()) return { state: 'held', owner: lock.owner, until: lock.until };
      locks.set(name, { owner, fence: lock.fence + 1, until: now() + leaseMs });
      return { state: 'mine', fence: lock.fence + 1, until: now() + leaseMs };
    },
    renewLock: async () => true,
    async releaseLock(name, owner, fence) {
      await bill.write(1, `LOCK#${name}`);
      const lock = locks.get(name);
      if (lock?.owner === owner && lock.fence === fence) lock.until = 0;
    },
  };
}
