import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countShards, shardCount, shardsOfChildren } from '../../shared/engine/shards.ts';

/** Commits batches in any order, as the ledger counts them, and returns the counters after each. */
function counters(choices: number[]): number[][] {
  const open = new Array<number>(shardCount).fill(0);
  open[0] = 1;
  const waiting = [{ id: 'seed', shard: 0 }];
  const history: number[][] = [];
  for (const choice of choices) {
    const [batch] = waiting.splice(choice % Math.max(1, waiting.length), 1);
    if (batch === undefined) break;
    const children = choice % 100 === 0 ? 40 : choice % 4;
    const shards = shardsOfChildren(batch, children);
    open[batch.shard] = (open[batch.shard] ?? 0) - 1;
    for (const [shard, added] of Object.entries(countShards(shards))) {
      open[Number(shard)] = (open[Number(shard)] ?? 0) + added;
    }
    for (const [index, shard] of shards.entries()) waiting.push({ id: `${batch.id}/${index}`, shard });
    history.push([...open]);
    expect(open.reduce((sum, value) => sum + value)).toBe(waiting.length);
  }
  return history;
}

describe('shardsOfChildren', () => {
  it('lets no counter fall below 0, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { maxLength: 300 }), (choices) => {
        for (const open of counters(choices)) expect(Math.min(...open)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('keeps a lone child on its parent’s counter, and spreads many', () => {
    expect(shardsOfChildren({ id: 'x', shard: 5 }, 1)).toEqual([5]);
    const few = Array.from({ length: 2_000 }, (_, index) => shardsOfChildren({ id: `${index}` }, 2));
    expect(new Set(few.flat()).size).toBe(shardCount);
    expect(few.every((shards) => new Set(shards).size === 1)).toBe(true);
    const many = Object.values(countShards(shardsOfChildren({ id: 'x' }, 1_000)));
    expect(many).toHaveLength(shardCount);
    expect(Math.max(...many)).toBeLessThan(1_000 / shardCount + 1);
  });
});
