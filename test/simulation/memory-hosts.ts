import { planReturn, planSlots } from '../../shared/coordination/host-clock.ts';
import type { Ledger } from '../../shared/coordination/ports.ts';
import type { LedgerView } from './memory-ledger.ts';
import type { MemoryStore } from './memory-store.ts';

type HostPorts = Pick<Ledger, 'readHost' | 'reserveSlots' | 'delayHost' | 'updateHost' | 'returnSlots'>;

export function memoryHosts(store: MemoryStore, { now }: LedgerView): HostPorts {
  const hostOf = (host: string) => {
    const known = store.hosts.get(host);
    if (known !== undefined) return known;
    const fresh = { clock: { lastEnd: 0, lastGapMs: 0, delayedUntil: 0 } };
    store.hosts.set(host, fresh);
    return fresh;
  };
  return {
    async readHost(host) {
      const { clock, ...facts } = hostOf(host);
      return clock.delayedUntil > 0 ? { ...facts, delayedUntil: clock.delayedUntil } : facts;
    },
    async reserveSlots(request) {
      const record = hostOf(request.host);
      const { answer, next } = planSlots(record.clock, request, now());
      if (next !== undefined) record.clock = next;
      return answer;
    },
    async returnSlots(turns) {
      const record = hostOf(turns.host);
      record.clock = planReturn(record.clock, turns, now()) ?? record.clock;
    },
    async delayHost(host, until) {
      const { clock } = hostOf(host);
      clock.delayedUntil = Math.max(clock.delayedUntil, Math.ceil(until));
    },
    async updateHost(host, facts) {
      Object.assign(hostOf(host), facts);
    },
  };
}
