import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRegex } from '../../shared/patterns/parse-regex.ts';
import { makeSafeSearch } from '../../shared/patterns/safe-search.ts';
import { translate } from '../../shared/patterns/translate.ts';
import { keptOf } from '../../shared/patterns/watched-search.ts';
import { sampleSize } from '../sample.ts';
import { anyRegex, anyText } from './any-regex.ts';

/** What RE2 finds, or `refused`. */
function foundSafely(source: string, text: string): string | undefined | { refused: string } {
  const translated = translate(parseRegex(source));
  if ('reason' in translated) return { refused: translated.reason };
  return makeSafeSearch(translated).find(text);
}

function foundByV8(source: string, text: string): string | undefined {
  return keptOf(new RegExp(source, 'u').exec(text));
}

/**
 * Two faults of V8 (13.6), where RE2 keeps to ECMA-262: beside a part that ignores case it reads \w as if it did too, so
 * that `/(?i:)\w/u` finds the long s; and `/\B/u` finds a place within a character of two units.
 */
function isMisreadByV8(source: string, text: string): boolean {
  if (source.includes('(?i:') && /[ſK]/u.test(text)) return true;
  const { index = 0 } = new RegExp(source, 'u').exec(text) ?? {};
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(index - 1, index + 1));
}

describe('an expression that RE2 runs', () => {
  it('finds what V8 finds, for generated expressions and texts', ({ task }) => {
    const expressions = sampleSize(task, 'expressions', 1_000, 300);
    let compared = 0;
    fc.assert(
      fc.property(anyRegex, fc.array(anyText, { minLength: 6, maxLength: 6 }), (source, texts) => {
        for (const text of texts) {
          if (isMisreadByV8(source, text)) continue;
          const found = foundSafely(source, text);
          if (typeof found === 'object') return;
          compared += 1;
          expect({ source, text, found }).toEqual({ source, text, found: foundByV8(source, text) });
        }
      }),
      { numRuns: expressions, seed: 23 },
    );
    expect(compared).toBeGreaterThan(4 * expressions);
  });

  it.each([
    ['(?i:[a-z]+)', 'ſK', 'ſK'],
    ['(?i:[^s]+)', 'ſsa', 'a'],
    ['(?i:straße)', 'STRAẞE', 'STRAẞE'],
    ['(?i:σ+)', 'Σσς', 'Σσς'],
    ['(?i:\\p{Lu}+)', 'aB', 'aB'],
  ])('ignores case as V8 does: %s in %s', (source, text, found) => {
    expect([foundSafely(source, text), foundByV8(source, text)]).toEqual([found, found]);
  });
});
