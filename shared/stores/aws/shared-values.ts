import type { CounterStore, RegisterStore } from '../../coordination/ports.ts';
import { type DynamoItem, number, numberOf, text, textOf } from './attributes.ts';
import type { Change } from './change.ts';
import { read, readMany } from './read.ts';
import { keys, type Table } from './table.ts';
import { write, writeTogether } from './write.ts';

/** Some 1,000 writes a second are possible on one partition key. */
const counterShards = 16;

const fenceIsNotOlder = 'attribute_not_exists(#fence) OR #fence <= :fence';

/** `COUNTER#name#k` and `REGISTER#name`. They never expire, since they belong to the user's program. */
export function sharedValues(table: Table): CounterStore & RegisterStore {
  return {
    async addToCounter(name, amount) {
      if (amount === 0) return;
      const shard = Math.floor(Math.random() * counterShards);
      // A transaction has a token even with one write: a repeated call after a lost answer adds nothing.
      const pk = keys.counter(name, shard);
      await writeTogether(table, [{ pk, add: { value: amount } }]);
    },

    async readCounter(name) {
      const shards = Array.from({ length: counterShards }, (_, shard) => keys.counter(name, shard));
      const parts = await readMany(table, shards, 'consistent');
      return [...parts.values()].reduce((sum, part) => sum + (numberOf(part, 'value') ?? 0), 0);
    },

    async readRegister(name, fence) {
      if (fence !== undefined) await raiseFence(table, name, fence);
      const item = await read(table, keys.register(name));
      const json = textOf(item, 'value');
      const largest = numberOf(item, 'fence') ?? 0;
      return { value: json === undefined ? undefined : JSON.parse(json), fence: largest };
    },

    async writeRegister(name, value, fence) {
      const pk = keys.register(name);
      const set = { value: text(JSON.stringify(value)) };
      if (fence === undefined) return (await write(table, { pk, set })).ok;
      return (await write(table, { pk, ...guardedBy(fence, set) })).ok;
    },
  };
}

async function raiseFence(table: Table, name: string, fence: number): Promise<void> {
  await write(table, { pk: keys.register(name), ...guardedBy(fence) });
}

function guardedBy(fence: number, set: DynamoItem = {}): Omit<Change, 'pk'> {
  return {
    set: { ...set, fence: number(fence) },
    onlyIf: [fenceIsNotOlder],
    values: { ':fence': number(fence) },
  };
}
