import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlaceAnswer, readSearch } from '../../../../shared/sources/places/listing/read-answer.ts';
import {
  answerOf,
  bakery,
  cafe,
  guarded,
  htmlPage,
  legacySearch,
  newerSearch,
  placeJson,
} from './listing-answer.ts';

const rich = {
  ...cafe,
  34: { 1: [['Monday', ['7–8'], null, null, '2024-12-16', 1, [[7, 0, 20, 30]], 0]] },
  78: 'ChIJoRVrMS-joRQRkzrMbbRUnBY',
  84: [
    [
      [
        7,
        [
          [6, 0],
          [12, 46],
        ],
      ],
    ],
  ],
  100: [null, [['payments', 'Payments', [['/x/pay_credit_card', 'Cards', [1, [[1]]]]]]]],
  175: { 3: [1, 2, 3, 4, 5], 9: [[[[['id', { 2: 1688125590509285 }]]]]] },
  178: [
    [
      '+30 21',
      [
        ['21', 1],
        ['+30 21', 2],
      ],
      null,
      '+3021',
    ],
  ],
  183: { 1: [null, 'Eakou 74', 'Eakou 74', 'Ilion', '131 22', null, 'GR'] },
  203: [[['Monday', 1, [2024, 12, 16], [['7–8', [[7], [20, 30]]]]]]],
};
const searches = [legacySearch([rich, bakery]), newerSearch([rich, bakery])];

/** One change somewhere in it: `path` chooses the entry and, before it, a branch at each level. */
const change = fc.record({
  path: fc.array(fc.nat(300), { minLength: 1, maxLength: 9 }),
  how: fc.constantFrom('replace', 'remove', 'repeat', 'wrap', 'insert'),
  wrong: fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(null, 0, '', -1, [], 'x'.repeat(5000), [[[[[]]]]]),
  ),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function applyChanges(json: unknown[], changes: Change[]): unknown[] {
  const copy = structuredClone(json);
  for (const { path, how, wrong } of changes) {
    let list = copy;
    for (const step of path.slice(1)) {
      const next = list[step % list.length];
      if (!Array.isArray(next) || next.length === 0) break;
      list = next;
    }
    alter(list, (path[0] ?? 0) % list.length, how, structuredClone(wrong));
  }
  return copy;
}

function alter(list: unknown[], index: number, how: Change['how'], wrong: unknown): void {
  const there = list[index];
  if (how === 'replace') list[index] = wrong;
  if (how === 'remove') list.splice(index, 1);
  if (how === 'repeat') list.splice(index, 0, there);
  if (how === 'wrap') list[index] = [there];
  if (how === 'insert') list.splice(index, 0, wrong);
}

/** Judged from outside: the query is there, and a list of rows that has none but a header. */
function isTrulyEmpty(json: unknown): boolean {
  const [first, envelope] = Array.isArray(json) ? [json[0], json[64]] : [];
  if (!Array.isArray(first) || typeof first[0] !== 'string') return false;
  const lists = [first[1], envelope].filter((list) => list !== null && list !== undefined);
  return (
    lists.length > 0 &&
    lists.every((list) => Array.isArray(list) && list.length <= 1 && !/0x/.test(JSON.stringify(list)))
  );
}

describe('answers with changes in them', () => {
  it('never throw, and are empty only where nothing was found', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...searches),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        (json, changes) => {
          const changed = applyChanges(json, changes);
          const read = readSearch(answerOf(guarded(changed)));
          if (read.state === 'empty') expect(isTrulyEmpty(changed)).toBe(true);
          if (read.state === 'places')
            expect(read.places.every(({ placeId, name }) => placeId && name)).toBe(true);
          expect(readPlaceAnswer(answerOf(htmlPage(changed)))).toHaveProperty('state');
        },
      ),
      { numRuns: 400 },
    );
  });

  it('never make a place answer throw', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const changed = applyChanges(placeJson(rich), changes);
        expect(readPlaceAnswer(answerOf(guarded(changed))).state).toMatch(/^(place|stub|changed)$/);
      }),
      { numRuns: 400 },
    );
  });

  it('never throw for any JSON, nor for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json({ maxDepth: 3 }), fc.string()), fc.boolean(), (text, isPage) => {
        const body = isPage ? `<script>APP_INITIALIZATION_STATE=${text}` : text;
        const { state } = readSearch(answerOf(body));
        if (state === 'empty') expect(isTrulyEmpty(JSON.parse(text))).toBe(true);
        else expect(state).toMatch(/^(stub|changed)$/);
      }),
    );
  });

  it('never are empty when cut off', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...searches),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (json, share) => {
          const text = guarded(json);
          expect(readSearch(answerOf(text.slice(0, Math.floor(text.length * share)))).state).toBe('changed');
        },
      ),
    );
  });
});
