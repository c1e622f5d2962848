import type { FrontierCounter, FrontierEntry, FrontierStore } from '../../shared/coordination/ports.ts';
import { addTo, recordOf } from './memory-batches.ts';
import { type MemoryStore, sumOf } from './memory-store.ts';

export function memoryFrontiers(store: MemoryStore): FrontierStore & FrontierCounter {
  const { frontiers, counts } = store;
  const waitingOf = (run: string) =>
    [...frontiers]
      .flatMap(([key, own]) => (key.startsWith(`${run} `) ? own : []))
      .sort((a, b) => a.number - b.number);
  return {
    async putInFrontier(run, batch, entries) {
      const record = recordOf(store, { run, batch });
      if (record.hasPut) return;
      record.hasPut = true;
      for (const entry of structuredClone(entries)) {
        const key = `${run} ${entry.host}`;
        store.lastEntry += 1;
        frontiers.set(key, [...(frontiers.get(key) ?? []), { ...entry, number: store.lastEntry }]);
      }
    },
    async drawFromFrontier({ run, batch, host, count, maxPages }) {
      const record = recordOf(store, { run, batch });
      if (record.isDone) return undefined;
      const used = sumOf(counts.get(run) ?? [])['reserved:pages'] ?? 0;
      const left = Math.max(0, maxPages - used);
      if (record.draw !== undefined) return { ...structuredClone(record.draw), isFull: left === 0 };
      const key = `${run} ${host}`;
      const ordered = inOrder(frontiers.get(key) ?? []);
      const best = new Set(inOrder(waitingOf(run)).slice(0, left));
      const places = ordered.slice(0, count).filter((entry) => best.has(entry)).length;
      const granted = ordered.slice(0, places);
      const refused = ordered
        .slice(places)
        .reverse()
        .slice(0, count - places);
      const taken = new Set([...granted, ...refused]);
      frontiers.set(
        key,
        (frontiers.get(key) ?? []).filter((entry) => !taken.has(entry)),
      );
      addTo(store, run, 0, { 'reserved:pages': granted.length });
      record.draw = { granted: requestsOf(granted), refused: requestsOf(refused) };
      return { ...structuredClone(record.draw), isFull: left === granted.length };
    },
    async countFrontier(run, limit) {
      const waiting = waitingOf(run);
      const byPriority = [...Map.groupBy(waiting, ({ priority }) => priority)].sort(([a], [b]) => b - a);
      return {
        waiting: waiting.length,
        priorities: byPriority.slice(0, limit).map(([priority, own]) => ({ priority, waiting: own.length })),
        others: Math.max(0, byPriority.length - limit),
      };
    },
  };
}

/** The best first; the sort is stable. */
export function inOrder<Entry extends Pick<FrontierEntry, 'priority' | 'depth'>>(entries: Entry[]): Entry[] {
  return entries.toSorted((a, b) => b.priority - a.priority || a.depth - b.depth);
}

function requestsOf(entries: FrontierEntry[]) {
  return structuredClone(entries.map(({ request }) => request));
}
