import { describe, expect, it } from 'vitest';
import { growthOf } from '../../shared/patterns/growth.ts';
import { parseRegex } from '../../shared/patterns/parse-regex.ts';

const infinite = Number.POSITIVE_INFINITY;

/**
 * What recheck 4.5 proves of generated expressions, by automata: the degree of the polynomial in the text's length.
 * Of 2,500 compared once, none was above the bound.
 */
const proved: [degree: number, sources: string[]][] = [
  [
    2,
    [
      '.{2,}\\w$',
      '([^a]a){2}.b|(.)+a$',
      '(a*,|.){2,}|[ab]$',
      'a[^a]|\\d.*?$',
      '\\d|b{2,}$',
      '\\w{2}(\\d)*,$',
    ],
  ],
  [3, ['[ab]|([^a]*?|a){2}.$', '.,((\\w){1,3}.*?){2}$', ',{2}\\d|[ab]+([^a])*?b$', '.?\\d[ab]+|[^a]+[ab]+$']],
  [
    infinite,
    ['[^a]((..)+(.)+a)*\\w*$', '(b*?\\w)*$', '((\\w.|[^a]){2,}b)*?$', 'a|((b[^a])?|[^a])*$', 'a(.b|[ab])*?$'],
  ],
  [infinite, ['(.*|\\w){2,}\\d+$', '((,)*?)+$', '.*?,|(.{2,}){2,}$', ',(([^a]\\d.)*)+$', '(b+)*.$']],
];

describe('growthOf', () => {
  it.each(proved.flatMap(([degree, sources]) => sources.map((source) => [source, degree] as const)))(
    'of %s is not below the degree %d that is proved',
    (source, degree) => {
      expect(growthOf(parseRegex(source)).exponent + 1).toBeGreaterThanOrEqual(degree);
    },
  );

  it.each<[source: string, exponent: number, factor: number]>([
    ['abc', 0, 1],
    ['a?b', 0, 1],
    ['^\\s*(\\d+)\\s*$', 0, 1],
    ['(\\d+) EUR', 1, 1],
    ['.*a.*b', 2, 2],
    ['(?:foo|food|fool)$', 0, 3],
    ['(a+)+', 0, 1],
    ['(a+)+?b', infinite, 1],
    ['(?<=a+)b', 1, 1],
    ['(?!(?:a|a)*c)b', infinite, 1],
  ])('of %s is n to the %d, times %d', (source, exponent, factor) => {
    expect(growthOf(parseRegex(source))).toEqual({ exponent, factor });
  });

  it('is found in a number of steps, for expressions made to take long', () => {
    const many = Array.from({ length: 150 }, (_, index) => `[a-${String.fromCodePoint(0x100 + index)}]`);
    expect(growthOf(parseRegex(`(?:${many.join('|')})*$`)).exponent).toBe(infinite);
    expect(growthOf(parseRegex(`${'a*b*'.repeat(50)}$`)).exponent).toBe(infinite);
  });
});
