import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileJsonPath, joinPath } from '../../../shared/extract/json/json-path.ts';
import type { Json } from '../../../shared/model.ts';

const read = (path: string, value: unknown) => compileJsonPath(path)(value as Json);

describe('compileJsonPath', () => {
  const value = {
    a: { b: [10, { c: 'x' }], 'd.e': 1, 'f g': 2, "it's": 3, '': 4 },
    versions: { '1.0': { v: 1 }, '2.0': { v: 2 } },
    '*': 5,
    rows: [{ t: [1, 2] }, { t: [] }, {}, { t: 3 }],
  };

  it.each([
    ['', value],
    ['a.b[0]', 10],
    ['a.b[-1].c', 'x'],
    ['a.b.1.c', 'x'],
    ['a["d.e"]', 1],
    ["a['d.e']", 1],
    ["a['it\\'s']", 3],
    ['["a"].f g', 2],
    ['a[""]', 4],
    ['rows[*].t', [1, 2, 3]],
    ['rows[*].none', undefined],
    ['a.b[*]', [10, { c: 'x' }]],
    ['versions[*].v', [1, 2]],
    ['versions.*.v', [1, 2]],
    ['["*"]', 5],
    ['a.b[0][*]', undefined],
    ['a.b.length', undefined],
    ['a.b[9]', undefined],
    ['a.none.c', undefined],
    ['a.constructor', undefined],
    ['__proto__.toString', undefined],
  ])('reads %j', (path, expected) => {
    expect(read(path, value)).toEqual(expected);
  });

  it('reads own keys named __proto__', () => {
    expect(read('__proto__.a', JSON.parse('{"__proto__":{"a":1}}'))).toBe(1);
  });

  it.each([
    '.a',
    'a.',
    'a..b',
    'a[',
    'a[b]',
    'a[1.5]',
    'a]',
    'a["b',
    '[0]a',
    'a.[0]',
    '["\\q"]',
    'a[*',
    `a${'.a'.repeat(64)}`,
    'a'.repeat(1_025),
  ])('refuses %j', (path) => {
    expect(() => compileJsonPath(path)).toThrow(SyntaxError);
  });

  it('reads back what joinPath writes, whatever the keys', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 6 }),
        fc.jsonValue({ maxDepth: 2 }),
        (keys, leaf) => {
          const nested = keys.reduceRight<unknown>((inner, key) => Object.fromEntries([[key, inner]]), leaf);
          const path = keys.reduce(joinPath, '');
          fc.pre(path.length <= 1_024);
          expect(read(path, nested)).toEqual(leaf);
        },
      ),
    );
  });

  it('compiles or throws SyntaxError, and never throws when it reads', () => {
    const pieces = fc.constantFrom(
      'a',
      'b c',
      '.',
      '[',
      ']',
      '0',
      '-1',
      '*',
      '"',
      "'",
      '\\',
      '__proto__',
      '[*]',
      '[0]',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 10 }), fc.jsonValue({ maxDepth: 2 }), (parts, json) => {
        try {
          read(parts.join(''), json);
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
    );
  });
});
