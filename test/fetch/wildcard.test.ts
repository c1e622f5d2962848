import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileWildcard, matchesWildcard } from '../../shared/fetch/robots/wildcard.ts';

const matches = (pattern: string, text: string, toEnd: boolean) =>
  matchesWildcard(compileWildcard(pattern, toEnd), text);

/** By definition: a star takes nothing, or one more character. */
function matchesSlowly(pattern: string, text: string, toEnd: boolean): boolean {
  if (pattern === '') return !toEnd || text === '';
  const rest = pattern.slice(1);
  if (pattern[0] !== '*') return text[0] === pattern[0] && matchesSlowly(rest, text.slice(1), toEnd);
  return matchesSlowly(rest, text, toEnd) || (text !== '' && matchesSlowly(pattern, text.slice(1), toEnd));
}

describe('matchesWildcard', () => {
  it('agrees with the definition', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(pattern, text, fc.boolean(), (glob, subject, toEnd) => {
        expect(matches(glob, subject, toEnd)).toBe(matchesSlowly(glob, subject, toEnd));
      }),
      { numRuns: 3_000 },
    );
  });

  it('answers at once where backtracking would take for ever', () => {
    expect(matches('*a'.repeat(5_000), `${'a'.repeat(8_000)}`, false)).toBe(true);
    expect(matches(`${'*a'.repeat(5_000)}*b`, `${'a'.repeat(8_000)}`, true)).toBe(false);
  });
});
