import type { SessionRecord, SessionStore } from '../../shared/coordination/ports.ts';
import { addTo } from './memory-batches.ts';
import type { LedgerView } from './memory-ledger.ts';
import type { MemoryStore } from './memory-store.ts';

export type MemorySession = SessionRecord & { expiresAt: number };

export function memorySessions(store: MemoryStore, { now }: LedgerView): SessionStore {
  const live = (key: string) => {
    const found = store.sessions.get(key);
    return found === undefined || found.expiresAt <= now() ? undefined : found;
  };
  return {
    async readSession(key) {
      const found = live(key);
      if (found === undefined) return undefined;
      const { expiresAt: _, ...record } = found;
      return { ...record };
    },
    async saveSession(key, record, expiresAt) {
      const old = live(key);
      const follows =
        (old?.version ?? 0) === record.version - 1 && (old?.generation ?? 0) <= record.generation;
      if (!follows) return false;
      const hasEnded = old?.generation === record.generation && old.hasEnded;
      store.sessions.set(key, { ...record, hasEnded, expiresAt });
      return true;
    },
    async endSession(key, generation, counted) {
      const found = live(key);
      if (found?.generation !== generation || found.hasEnded) return;
      found.hasEnded = true;
      if (counted !== undefined) addTo(store, counted.run, 0, { [counted.as]: 1 });
    },
    async deleteSession(key) {
      store.sessions.delete(key);
    },
    async takeLoginAttempt({ run, account, maxUnanswered, maxInAll }) {
      const key = JSON.stringify([run, account]);
      const { unanswered, inAll } = store.logins.get(key) ?? { unanswered: 0, inAll: 0 };
      if (unanswered >= maxUnanswered) return 'unanswered';
      if (inAll >= maxInAll) return 'inAll';
      store.logins.set(key, { unanswered: unanswered + 1, inAll: inAll + 1 });
      addTo(store, run, 0, { 'sessions:logins': 1 });
      return 'taken';
    },
    async returnLoginAttempt(run, account) {
      const counted = store.logins.get(JSON.stringify([run, account]));
      if (counted === undefined || counted.unanswered === 0) return;
      counted.unanswered -= 1;
      counted.inAll -= 1;
      addTo(store, run, 0, { 'sessions:logins': -1 });
    },
    async clearLoginAttempts(run, account) {
      const counted = store.logins.get(JSON.stringify([run, account]));
      if (counted !== undefined) counted.unanswered = 0;
    },
  };
}
