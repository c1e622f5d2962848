import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patternExamples } from '../../docs/jobs-guide.ts';
import { compilePatterns } from '../../shared/patterns/url-patterns.ts';

describe('compilePatterns', () => {
  it.each(patternExamples)('keeps what docs/jobs.md says of %s', (pattern, matching, differing) => {
    const matches = compilePatterns([pattern]);
    expect([matches(matching), matches(differing)]).toEqual([true, false]);
  });

  it('decides in linear time where a regex goes back for ever', () => {
    const matches = compilePatterns(['regex:/(a+)+$']);
    const ofLength = (length: number) => `https://a.example/${'a'.repeat(length)}`;
    expect([matches(`${ofLength(60)}b`), matches(ofLength(2_000)), matches(`${ofLength(2_000)}b`)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('throws where a regex that nothing else can run takes too long, and soon searches such URLs no more', () => {
    const matches = compilePatterns(['regex:/(?=a)a*a*a*a*a*a*a*a*$']);
    const url = `https://a.example/${'a'.repeat(80)}b`;
    const messages = Array.from({ length: 6 }, () => {
      try {
        return String(matches(url));
      } catch (error) {
        expect(error).toMatchObject({ code: 'REGEX_TIMEOUT' });
        return String(error);
      }
    });
    expect(messages.map((message) => /ran for|took too long on 4 shorter/.exec(message)?.[0])).toEqual([
      ...Array.from({ length: 4 }, () => 'ran for'),
      ...Array.from({ length: 2 }, () => 'took too long on 4 shorter'),
    ]);
    expect(matches('https://a.example/aa')).toBe(true);
  });

  it.each<[pattern: string, url: string, expected: boolean]>([
    ['/', 'https://a.example/', true],
    ['/', 'https://a.example', true],
    ['/', 'https://a.example/x', false],
    ['/p/*', 'https://a.example/p/', true],
    ['/p/*', 'https://a.example/p/1?x=1', true],
    ['/p/*', 'https://a.example/p/1#top', true],
    ['/p/*', 'https://a.example/p/1/2', false],
    ['/p/*', 'https://a.example/x/p/1', false],
    ['/p/**', 'https://a.example/p', true],
    ['/p/**', 'https://a.example/p/', true],
    ['/p/**', 'https://a.example/pp', false],
    ['/**', 'https://a.example/', true],
    ['/*/c/**/d', 'https://a.example/b/c/x/y/d', true],
    ['/*/c/**/d', 'https://a.example/b/b/c/x/d', false],
    ['/p?id=*', 'https://a.example/p?id=5', true],
    ['/p?id=*', 'https://a.example/p?id=5&x=a/b', false],
    ['/p?id=**', 'https://a.example/p?id=5&x=a/b', true],
    ['/p?id=*', 'https://a.example/pXid=5', false],
    ['https://a.example/**', 'https://a.example/x/y?z', true],
    ['https://a.example/**', 'http://a.example/x', false],
    ['https://a.example/p?*', 'https://a.example/p?z=1', true],
    ['HTTPS://A.Example:443/P', 'https://a.example/P', true],
    ['https://a.example/P', 'https://a.example/p', false],
    ['*://a.example/p', 'http://a.example/p', true],
    ['**/login', 'https://a.example/user/login?next=%2F', true],
    ['**.pdf', 'https://a.example/x.pdf', true],
    ['/bücher/*', 'https://a.example/b%C3%BCcher/1', true],
    ['https://bücher.example/**', 'https://xn--bcher-kva.example/x', true],
    ['https://**.example/p', 'https://a.b.example/p', true],
    ['/a.c', 'https://a.example/abc', false],
    ['/a+(b)', 'https://a.example/a+(b)', true],
    ['regex:/p/\\d+', 'https://a.example/x/p/15/y', true],
    ['regex:^/p/', 'https://a.example/p/15', false],
    ['regex:\\?page=\\d+$', 'https://a.example/p?page=3', true],
  ])('%s against %s: %s', (pattern, url, expected) => {
    expect(compilePatterns([pattern])(url)).toBe(expected);
  });

  it('matches when any of the patterns does, and nothing with none', () => {
    const url = 'https://a.example/b';
    expect(compilePatterns(['/a', '/b'])(url)).toBe(true);
    expect(compilePatterns([])(url)).toBe(false);
  });

  it('agrees with a plain backtracking matcher', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '**'), maxLength: 8 });
    const path = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 10 });
    fc.assert(
      fc.property(pattern, path, (rest, tail) => {
        const expected = matchesSlowly(`/${rest}`, `/${tail}`);
        expect(compilePatterns([`/${rest}`])(`https://h.example/${tail}`)).toBe(expected);
      }),
      { numRuns: 5_000 },
    );
  });

  it('does not go back and forth over a URL made to slow it down', () => {
    const url = `https://a.example/${'a'.repeat(8_000)}`;
    expect(compilePatterns([`/${'*a'.repeat(50)}*b`])(url)).toBe(false);
    expect(compilePatterns([`/${'**a'.repeat(50)}**b`])(url)).toBe(false);
    expect(compilePatterns([`/${'*a'.repeat(50)}*`])(url)).toBe(true);
  });
});

/** The rules of docs/jobs.md, written for clarity alone. */
function matchesSlowly(pattern: string, text: string): boolean {
  if (pattern.endsWith('/**') && pattern !== '/**' && matchesExactly(pattern.slice(0, -3), text)) return true;
  return matchesExactly(pattern, text);
}

function matchesExactly(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const stars = /^\*+/.exec(pattern)?.[0];
  if (stars === undefined) return pattern[0] === text[0] && matchesExactly(pattern.slice(1), text.slice(1));
  const rest = pattern.slice(stars.length);
  for (let taken = 0; taken <= text.length; taken++) {
    if (stars === '*' && text.slice(0, taken).includes('/')) return false;
    if (matchesExactly(rest, text.slice(taken))) return true;
  }
  return false;
}
