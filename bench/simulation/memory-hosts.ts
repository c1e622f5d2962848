import { type HostClock, planSlots } from '../../shared/coordination/host-clock.ts';
import { grantLock, type LockRecord, withoutToken } from '../../shared/coordination/lock-grant.ts';
import type { HostRecord, Ledger } from '../../shared/coordination/ports.ts';
import type { LedgerWorld } from './memory-ledger.ts';

/** Bills units of one call, a write by its key too, and waits as long as it takes. */
interface Bill {
  read(units: number): Promise<void>;
  write(cause: string, units: number, key?: string): Promise<void>;
}

type HostPorts = Pick<
  Ledger,
  'readHost' | 'reserveSlots' | 'delayHost' | 'updateHost' | 'acquireLock' | 'renewLock' | 'releaseLock'
>;

/** Hosts and locks. */
export function memoryHosts({ time: { now }, meter }: LedgerWorld, bill: Bill): HostPorts {
  const hosts = new Map<string, HostRecord & { clock: HostClock }>();
  const locks = new Map<string, LockRecord>();
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
      else await bill.write('host', 1, `HOST#${request.host}`);
      const { answer, next } = planSlots(record.clock, request, now());
      if (next !== undefined) record.clock = next;
      if (answer.state === 'busy') meter.count('busyHosts');
      return answer;
    },
    async delayHost(host, until) {
      await bill.write('host', 1, `HOST#${host}`);
      const { clock } = hostOf(host);
      clock.delayedUntil = Math.max(clock.delayedUntil, until);
    },
    async updateHost(host, facts) {
      await bill.write('host', 1, `HOST#${host}`);
      Object.assign(hostOf(host), facts);
    },

    async acquireLock(request) {
      await bill.write('lock', 1, `LOCK#${request.name}`);
      const { answer, kept } = grantLock(locks.get(request.name), request, now());
      if (kept !== undefined) locks.set(request.name, kept);
      return answer;
    },
    renewLock: async () => true,
    async releaseLock(name, token) {
      await bill.write('lock', 1, `LOCK#${name}`);
      const kept = withoutToken(locks.get(name), token);
      if (kept !== undefined) locks.set(name, kept);
      return true;
    },
  };
}
