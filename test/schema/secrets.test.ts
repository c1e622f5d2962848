import { describe, expect, it } from 'vitest';
import { HaltError } from '../../shared/errors.ts';
import { findPlaceholders, resolveSecrets, secretValues } from '../../shared/schema/secrets.ts';

const env = {
  TOKEN: 'abc-123',
  SHOP: 'https://shop.example',
  EMPTY: '',
  NESTED: '${env:TOKEN}',
  DOLLARS: '$&$1',
};

describe('resolveSecrets', () => {
  it.each([
    ['Bearer ${env:TOKEN}', 'Bearer abc-123'],
    ['${env:SHOP}/${env:TOKEN}', 'https://shop.example/abc-123'],
    ['[${env:EMPTY}]', '[]'],
    ['$${env:TOKEN}', '${env:TOKEN}'],
    ['$$${env:TOKEN}', '$abc-123'],
    ['$$$${env:TOKEN}', '$${env:TOKEN}'],
    ['${env:NESTED}', '${env:TOKEN}'],
    ['${env:DOLLARS}', '$&$1'],
    ['{env:TOKEN} $env:TOKEN ${TOKEN} $5 $$', '{env:TOKEN} $env:TOKEN ${TOKEN} $5 $$'],
  ])('turns %j into %j', (text, resolved) => {
    expect(resolveSecrets(text, env)).toBe(resolved);
  });

  it('reaches every string value, leaves keys and other values alone, and makes a copy', () => {
    const value = { '${env:TOKEN}': ['${env:TOKEN}', 5, null, { deep: '${env:TOKEN}' }], flag: true };
    const before = structuredClone(value);
    expect(resolveSecrets(value, env)).toEqual({
      '${env:TOKEN}': ['abc-123', 5, null, { deep: 'abc-123' }],
      flag: true,
    });
    expect(value).toEqual(before);
  });

  it('names every missing variable once, with the places it is used in', () => {
    const value = {
      a: '${env:ONE}${env:ONE}',
      b: ['$${env:TWO}', '${env:TWO}', '${env:TOKEN}'],
      'c d': '${env:ONE}',
    };
    const expected = '2 environment variables are not set: ONE (used in a, ["c d"]); TWO (used in b[1])';
    expect(() => resolveSecrets(value, env)).toThrow(new HaltError('ENV_MISSING', expected));
  });
});

describe('secretValues', () => {
  it('gives the values as written and as in a URL, longest first, short ones left out', () => {
    const job = {
      a: '${env:LONG} ${env:SHORT}',
      b: '${env:SPACED}',
      c: '$${env:UNUSED}',
      d: '${env:MISSING}',
    };
    const values = secretValues(job, {
      LONG: 'long-secret',
      SHORT: 'abc',
      SPACED: 'a b/c',
      UNUSED: 'unused',
    });
    expect(values).toEqual(['long-secret', 'a%20b%2Fc', 'a b/c']);
  });
});

describe('findPlaceholders', () => {
  it('says which names are none', () => {
    expect(findPlaceholders({ a: ['x', '${env:A-B}${env:OK}'] })).toEqual([
      { name: 'A-B', path: ['a', 1], valid: false },
      { name: 'OK', path: ['a', 1], valid: true },
    ]);
  });
});
