import type { Draw, DrawRequest, FrontierEntry } from '../../shared/coordination/ports.ts';

/** What was put into the frontiers of a run and drawn from them, by what was seen. */
export interface FrontierMemory {
  /** By host, in the order in which they were put. */
  waiting: Map<string, FrontierEntry[]>;
  /** Batches that have put. */
  puts: Set<string>;
  /** By batch, as text. */
  draws: Map<string, string>;
  /** URLs that were given to a batch. */
  granted: Set<string>;
}

export function makeFrontierMemory(): FrontierMemory {
  return { waiting: new Map(), puts: new Set(), draws: new Map(), granted: new Set() };
}

export function sawPut(memory: FrontierMemory, batch: string, entries: FrontierEntry[]): void {
  if (memory.puts.has(batch)) return;
  memory.puts.add(batch);
  for (const entry of entries) {
    memory.waiting.set(entry.host, [...(memory.waiting.get(entry.host) ?? []), entry]);
  }
}

/** One line for each thing that is wrong: nothing that waits may be better than what was drawn, nor worse than what was given up. */
export function sawDraw(memory: FrontierMemory, { batch, host, count }: DrawRequest, draw: Draw): string[] {
  const text = JSON.stringify([draw.granted, draw.refused]);
  const before = memory.draws.get(batch);
  if (before !== undefined) return before === text ? [] : [`draw: that of ${batch} has changed`];
  memory.draws.set(batch, text);
  const waiting = memory.waiting.get(host) ?? [];
  const find = ({ url }: { url: string }) => waiting.find(({ request }) => request.url === url);
  const granted = draw.granted.flatMap((request) => find(request) ?? []);
  const refused = draw.refused.flatMap((request) => find(request) ?? []);
  const taken = new Set([...granted, ...refused]);
  const left = waiting.filter((entry) => !taken.has(entry));
  memory.waiting.set(host, left);
  for (const { url } of draw.granted) memory.granted.add(url);
  const isBetter = (one: FrontierEntry, other: FrontierEntry) =>
    compare(one, other) < 0 || (compare(one, other) === 0 && waiting.indexOf(one) < waiting.indexOf(other));
  const ordered = [...granted, ...left];
  return [
    ...(taken.size === count ? [] : [`draw: ${batch} got ${taken.size} that waited of ${count}`]),
    ...(taken.size === draw.granted.length + draw.refused.length ? [] : [`draw: ${batch} got one twice`]),
    ...granted.flatMap((entry, index) =>
      ordered
        .slice(index + 1)
        .filter((other) => isBetter(other, entry))
        .map((other) => `draw: ${other.request.url} is better than ${entry.request.url} of ${batch}`),
    ),
    ...refused
      .filter((entry) => [...granted, ...left].some((other) => isBetter(entry, other)))
      .map((entry) => `draw: ${entry.request.url} was given up, and a worse one was not`),
  ];
}

function compare(one: FrontierEntry, other: FrontierEntry): number {
  return other.priority - one.priority || one.depth - other.depth;
}
