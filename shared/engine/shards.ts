import { hash } from 'node:crypto';

/**
 * The number of counters over which a run's open batches, counts and budgets are spread, where a store spreads
 * them.
 */
export const shardCount = 64;

/** The number of children that stay on one counter. */
const childrenPerShard = 8;

/**
 * The counter on which each child of a batch is open. A batch is subtracted from the counter to which it was
 * added, so no counter falls below 0, and the run is over when all are 0: a batch that leaves more than 0 on its
 * own need not read the others. A single child stays on its parent's counter, which saves a second one; several go
 * to another, so that a crawl spreads, and many are spread at once: a chunk of a URL list may have a thousand.
 */
export function shardsOfChildren(parent: { id: string; shard?: number }, children: number): number[] {
  if (children === 1) return [parent.shard ?? 0];
  const first = hash('sha256', parent.id, 'buffer').readUInt16BE(0);
  const spread = Math.min(shardCount, Math.ceil(children / childrenPerShard));
  return Array.from({ length: children }, (_, index) => (first + (index % spread)) % shardCount);
}

/** The number that is added to each counter. */
export function countShards(shards: number[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const shard of shards) counts[shard] = (counts[shard] ?? 0) + 1;
  return counts;
}
