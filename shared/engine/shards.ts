import { hash } from 'node:crypto';

/** How many counters a run's open batches, counts and budgets are spread over, where a store spreads them. */
export const shardCount = 64;

/** So few children stay together. */
const childrenPerShard = 8;

/**
 * Which counter each child of a batch is open on. A batch is taken from the counter it was added to, so
 * no counter falls below 0, and the run is over when all are 0: a batch that leaves more than 0 on its
 * own need not read the others. A lone child stays where its parent was, which costs no second counter;
 * several move on, so that a crawl spreads, and many are spread at once: a chunk of a URL list may have a thousand.
 */
export function shardsOfChildren(parent: { id: string; shard?: number }, children: number): number[] {
  if (children === 1) return [parent.shard ?? 0];
  const first = hash('sha256', parent.id, 'buffer').readUInt16BE(0);
  const spread = Math.min(shardCount, Math.ceil(children / childrenPerShard));
  return Array.from({ length: children }, (_, index) => (first + (index % spread)) % shardCount);
}

/** How many are added to which counter. */
export function countShards(shards: number[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const shard of shards) counts[shard] = (counts[shard] ?? 0) + 1;
  return counts;
}
