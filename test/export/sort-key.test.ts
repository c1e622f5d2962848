import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExportRecord } from '../../shared/export/records.ts';
import { compareKeys, sortKeyOf, sortOrderOf } from '../../shared/export/sort-key.ts';
import { sortRecords } from '../../shared/export/sort-records.ts';
import type { Json } from '../../shared/model.ts';

/** What SQLite, the order of a run of one part, and a merge of many parts must agree about. */
const value = fc.oneof<fc.Arbitrary<Json>[]>(
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom('\u{1f600}', '\uffee', '\ue000', '\ud7ff', '\ud83d', 'a', 'A', 'ä', '', '\u0000'),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constantFrom<Json>(null, [], {}, ['x']),
);

async function* each(records: ExportRecord[]): AsyncGenerator<ExportRecord> {
  yield* records;
}

describe('compareKeys', () => {
  it.each(['a', '-a'])('puts records in the order of SQLite: %s', async (sort) => {
    const order = sortOrderOf(sort);
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 30 }), async (values) => {
        const records = values.map((a, id): ExportRecord => ({ id, a }));
        using sorted = await sortRecords(each(records), sort);
        const own = records.toSorted((one, other) =>
          compareKeys(sortKeyOf(one, order), sortKeyOf(other, order), order),
        );
        expect(own.map(({ id }) => id)).toEqual([...sorted.read()].map(({ id }) => id));
      }),
      { numRuns: 150 },
    );
  });
});
