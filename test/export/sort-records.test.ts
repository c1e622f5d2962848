import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { ExportRecord } from '../../shared/export/records.ts';
import { sortRecords } from '../../shared/export/sort-records.ts';
import type { Json } from '../../shared/model.ts';

async function* each(records: Iterable<ExportRecord>): AsyncGenerator<ExportRecord> {
  yield* records;
}

async function sorted(values: (Json | undefined)[], sort: string): Promise<unknown[]> {
  const records = values.map((a, id) => (a === undefined ? { id } : { a, id }));
  using opened = await sortRecords(each(records), sort);
  return [...opened.read()].map(({ id }) => values[Number(id)]);
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Bytes that are held: what could be collected is, whenever the engine would have come to it. */
function heapInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe('sortRecords', () => {
  const mixed = ['b', 3, undefined, 'a', -1, null, 20];

  it('puts numbers before text, and records without a value last', async () => {
    expect(await sorted(mixed, 'a')).toEqual([-1, 3, 20, 'a', 'b', undefined, null]);
  });

  it('keeps those last when it goes downwards', async () => {
    expect(await sorted(mixed, '-a')).toEqual([20, 3, -1, 'b', 'a', undefined, null]);
  });

  it.each(['a', '-a'])('keeps equals in the order they came: %s', async (sort) => {
    const records = Array.from({ length: 100 }, (_, id) => ({ id, a: id % 3 }));
    using opened = await sortRecords(each(records), sort);
    const ofOne = [...opened.read()].filter(({ a }) => a === 1).map(({ id }) => Number(id));
    expect(ofOne).toEqual(ofOne.toSorted((one, other) => one - other));
  });

  it('compares text without case and accents', async () => {
    expect(await sorted(['zoo', 'Émile', 'elan', 'Ωμέγα', 'ωδείο', 'Emil'], 'a')).toEqual([
      ...['elan', 'Emil', 'Émile', 'zoo', 'ωδείο', 'Ωμέγα'],
    ]);
  });

  it('takes empty text, lists and objects for no value, and false for 0', async () => {
    expect(await sorted(['', [], {}, true, ['x'], false], 'a')).toEqual([false, true, ['x'], '', [], {}]);
  });

  it('finds fields inside others, and fields with a point in their name', async () => {
    const records = [{ id: 1, 'a.b': 9 }, { id: 2, a: { b: 3 } }, { id: 3, a: { b: { c: 1 } } }, { id: 4 }];
    using opened = await sortRecords(each(records), 'a.b');
    expect([...opened.read()].map(({ id }) => id)).toEqual([2, 1, 3, 4]);
  });

  it('does not take what every object inherits for a field', async () => {
    using opened = await sortRecords(each([{ id: 1 }, { id: 2, toString: 5 }]), 'toString');
    expect([...opened.read()].map(({ id }) => id)).toEqual([2, 1]);
  });

  it('says how many records it left as they came, where none has the field', async () => {
    using none = await sortRecords(each([{ id: 2 }, { id: 1 }]), 'ratng');
    expect(none.unsorted).toBe(2);
    using some = await sortRecords(each([{ id: 2 }, { id: 1, rating: null }]), 'rating');
    expect(some.unsorted).toBe(0);
  });

  it('gives the same again, and leaves no file behind', async () => {
    const opened = await sortRecords(each([{ id: 2 }, { id: 1 }]), 'id');
    expect([...opened.read()]).toEqual([...opened.read()]);
    opened[Symbol.dispose]();
    expect(() => [...opened.read()]).toThrow();
  });

  it('sorts 200,000 records without holding them', async () => {
    const count = 200_000;
    const records = async function* () {
      for (let id = 0; id < count; id += 1)
        yield { id, rating: (id * 7919) % count, text: `${id}`.padEnd(500, 'x') };
    };
    const heapBefore = heapInUse();
    using opened = await sortRecords(records(), '-rating');
    let next = count;
    let isOrdered = true;
    for (const { rating } of opened.read()) {
      next -= 1;
      isOrdered &&= rating === next;
    }
    expect({ next, isOrdered }).toEqual({ next: 0, isOrdered: true });
    // All of them would be over 100 MB.
    expect(heapInUse() - heapBefore).toBeLessThan(60_000_000);
  });
});
