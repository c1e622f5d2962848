import type { Freshness, Ledger } from '../../shared/coordination/ports.ts';
import type { Run } from '../../shared/model.ts';
import type { LedgerView } from './memory-ledger.ts';
import { type MemoryStore, sumOf } from './memory-store.ts';

type RunPorts = Pick<Ledger, 'createRun' | 'readRun' | 'listRuns' | 'moveRun' | 'readCounts'>;

export function memoryRuns(store: MemoryStore, { now }: LedgerView): RunPorts {
  const runs = makeMemo((id: string) => store.runs.get(id), now);
  const counts = makeMemo((id: string) => sumOf(store.counts.get(id) ?? []), now);
  return {
    async createRun(run) {
      if (store.runs.has(run.id)) return 'exists';
      store.runs.set(run.id, run);
      store.counts.set(run.id, [{ open: 1 }]);
      return 'created';
    },
    readRun: async (id, freshness) => runs.read(id, freshness),
    async listRuns(limit = Number.POSITIVE_INFINITY) {
      return [...store.runs.values()].sort((a, b) => b.startedAt - a.startedAt).slice(0, limit);
    },
    async moveRun(id, from, to, reason) {
      const run = store.runs.get(id);
      if (run === undefined || !from.includes(run.state)) return false;
      const { reason: _, ...rest } = run;
      const moved: Run = { ...rest, state: to, movedAt: now() };
      if (to === 'finished' || to === 'cancelled') moved.finishedAt = now();
      if (reason !== undefined) moved.reason = reason;
      store.runs.set(id, moved);
      runs.forget(id);
      return true;
    },
    readCounts: async (id, freshness) => counts.read(id, freshness),
  };
}

/** Gives what was read before as long as the reader allows. */
function makeMemo<T>(readNow: (id: string) => T, now: () => number) {
  const memory = new Map<string, { value: T; at: number }>();
  return {
    read(id: string, { maxAgeMs = 0 }: Freshness = {}): T {
      const known = memory.get(id);
      if (known !== undefined && now() - known.at < maxAgeMs) return known.value;
      const value = readNow(id);
      memory.set(id, { value, at: now() });
      return value;
    },
    forget: (id: string) => memory.delete(id),
  };
}
