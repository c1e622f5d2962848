import { describe, expect, it, vi } from 'vitest';
import { compileRegex, judgeRegex } from '../../shared/patterns/compile-regex.ts';
import { makeWatchedSearch } from '../../shared/patterns/watched-search.ts';

/** Expressions that explode in V8, each with the part of a text that makes it so, and the end that keeps it from matching. */
const explosive: [source: string, part: string, end: string][] = [
  ['(a+)+$', 'a', 'b'],
  ['(a|aa)+$', 'a', 'b'],
  ['(a*)*[bc]$', 'a', 'b!'],
  ['(?:a?){30}a{30}$', 'a', 'b'],
  ['^(\\w+\\s?)*$', 'word ', '!'],
  ['(.*),(.*),(.*),(.*)$', ',', '\n'],
  ['(.*a){20}$', 'a', '!'],
  ['\\s+$', ' ', '.'],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a', '!'],
  ['(?:\\p{L}+ ?)+$', 'é', '!'],
  ['(?i:a|A)+$', 'a', 'b'],
  ['(\\w*\\s*)*$', 'a ', '!'],
];

/** How often the engine reads a character of a text. */
function readsOf(search: () => void): number {
  let reads = 0;
  const { codePointAt, charCodeAt } = String.prototype;
  const spies = [
    vi.spyOn(String.prototype, 'codePointAt').mockImplementation(function (this: string, at: number) {
      reads += 1;
      return codePointAt.call(this, at);
    }),
    vi.spyOn(String.prototype, 'charCodeAt').mockImplementation(function (this: string, at: number) {
      reads += 1;
      return charCodeAt.call(this, at);
    }),
  ];
  try {
    search();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return reads;
}

describe('compileRegex', () => {
  it.each(explosive)('reads the text of %s in linear time', (source, part, end) => {
    const regex = compileRegex(source);
    const text = (times: number) => `${part.repeat(times)}${end}`;
    regex.find(text(2_500));
    const [once = 0, twice = 0, fourTimes = 0] = [2_500, 5_000, 10_000].map((times) =>
      readsOf(() => {
        regex.find(text(times));
        regex.test(text(times));
      }),
    );
    expect(once).toBeGreaterThan(2_500);
    expect([twice / once, fourTimes / twice].map((ratio) => ratio < 2.1)).toEqual([true, true]);
  });

  it.each<[source: string, text: string, found: string | undefined]>([
    ['Sale (\\d+)', 'Sale 12', '12'],
    ['^(\\w+\\s?)*$', 'some words', 'words'],
    ['(?<year>\\d{4})', 'in 2024', '2024'],
    ['[+*(]{1}(x)', '(x', 'x'],
    ['\\((.+)\\)', '(a)', 'a'],
    ['\\d+', 'a 12', '12'],
    ['(a)?b', 'b', undefined],
    ['(a*)*', 'b', undefined],
    ['(a*)*b', 'aab', 'aa'],
    ['(?:|a)+$', 'aaa', 'aaa'],
    ['(a|ab)(?:c|bcd)+$', 'abcd', 'a'],
    ['(?<=€ )\\d+', '€ 5', '5'],
    ['(["\'])(.*?)\\1', 'a "b" c', '"'],
    ['^(?:(?!b).)*$', 'aab', undefined],
    ['(.+)+😀$', 'x😀', 'x'],
    ['(\\s|[^a])+$', '\u00a0\u2028', '\u2028'],
  ])('finds with %s in %j', (source, text, found) => {
    expect(compileRegex(source).find(text)).toBe(found);
    expect(compileRegex(source).test(text)).toBe(new RegExp(source, 'u').test(text));
  });

  it('finds in a long text what it finds in a short one', () => {
    const long = `${'Price: 5 '.repeat(500)}EUR 12 `;
    for (const source of ['(\\d+) EUR', 'EUR\\s+(\\d+)', '([A-Z]+) (\\d+)\\s+$', '(\\w+) (\\w+)$']) {
      const [all, first = all] = new RegExp(source, 'u').exec(long) ?? [];
      expect([source, compileRegex(source).find(long)]).toEqual([source, first]);
    }
  });

  it('ends an expression that RE2 cannot run, as a job of an older store may have it', () => {
    const regex = compileRegex('(?=(a+)+$)a', 20);
    const text = `${'a'.repeat(60)}b`;
    expect(() => regex.find(text)).toThrow(expect.objectContaining({ code: 'REGEX_TIMEOUT' }));
    expect(() => regex.test(text)).toThrow(/the regex \(\?=\(a\+\)\+\$\)a ran for 0.02 s on 61 characters/);
    expect(regex.find('aa')).toBe('aa');
  });

  it('throws for what is no regular expression', () => {
    expect(() => compileRegex('(')).toThrow(SyntaxError);
  });
});

describe('makeWatchedSearch', () => {
  it('gives what the expression finds, and stops it in time', () => {
    const search = makeWatchedSearch(/(\d+) (EUR)?/u, 1_000);
    expect([search.find('5 '), search.test('5 '), search.find('x'), search.test('x')]).toEqual([
      '5',
      true,
      undefined,
      false,
    ]);
  });
});

describe('judgeRegex', () => {
  it.each(explosive)('knows that %s may explode, and that RE2 runs it', (source) => {
    const isQuadratic = source === '\\s+$';
    expect(judgeRegex(source)).toEqual({ mayExplode: !isQuadratic, runsSafely: true });
  });

  it.each([
    '\\d{1,3}(?:,\\d{3})*(?:\\.\\d+)?',
    '^[a-z]+(?:-[a-z]+)*$',
    'Sale (\\d+)',
    '(?:(?!foo).)*bar',
    '(?:\\d{2}:?)+',
    '(?i:(?:[a-z]+-)*x)',
    '\\p{L}+(?:-\\p{L}+)*$',
    '^[\\w.+-]+@[\\w-]+\\.[\\w.-]+$',
    '/products/[^/?#]+$',
    '^https?://[^/]+/p/(\\d+)',
    '(\\w+\\s?)*',
  ])('takes %s for harmless', (source) => {
    expect(judgeRegex(source)).toMatchObject({ mayExplode: false });
  });

  it.each([
    ['(?<=Price: )(a+)+$', 'looks behind, (?<=', 'put what is to be kept into a group'],
    ['(?=(a+)+$)a', 'looks ahead, (?=', 'match what stands there'],
    ['(?:(?!x)\\w+)+$', 'looks ahead, (?!', 'write what may stand there'],
    ['(a+)+\\1$', 'has a reference to a group (\\1)', 'write the alternatives out'],
    ['(?<n>a+)+\\k<n>$', 'has a reference to a group (\\k<n>)', 'write the alternatives out'],
    ['(?m:(a+)+$)', 'has ^ or $ at lines', 'write the line break'],
    ['(?i:(a+)+\\b)', 'has \\b where case is ignored', 'put \\b outside'],
    ['(?:(a)|b+)+$', 'has its first group in a part of a repetition', 'put the group around'],
    ['(?:a?){2000}$', 'repeats something 2000 times', 'write + or *'],
    ['(a+)+b{900}c{900}d{900}e{900}$', 'is longer than 3000 characters', 'fewer repetitions'],
    ['(?:(?:(?:a?b?c?d?){9}){9}){9}$', 'has more than 200 ways to begin', 'fewer repetitions'],
  ])('refuses %s, which may explode and %s', (source, reason, instead) => {
    expect(judgeRegex(source)).toEqual({
      mayExplode: true,
      runsSafely: false,
      refusal: { reason: expect.stringContaining(reason), instead: expect.stringContaining(instead) },
    });
  });
});
