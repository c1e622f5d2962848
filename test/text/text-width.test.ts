import { describe, expect, it } from 'vitest';
import { cutToWidth, widthOf, wrapLine } from '../../shared/text/text-width.ts';

describe('widthOf', () => {
  it.each([
    ['abc', 3],
    ['日本語', 6],
    ['é', 1],
    ['e\u0301', 1],
    ['한국', 4],
    ['😀', 2],
    ['\u001b[31mred\u001b[39m', 3],
    ['ｆｕｌｌ', 8],
  ])('of %j is %i', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });
});

describe('cutToWidth', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abcde…'],
    ['日本語日本', 6, '日本…'],
  ])('cuts %j to %i columns', (text, columns, cut) => {
    expect(cutToWidth(text, columns)).toBe(cut);
  });
});

describe('wrapLine', () => {
  it('breaks between words, wide characters counted, and indents what follows', () => {
    expect(wrapLine('  one two three four', 12)).toBe('  one two\n    three\n    four');
    expect(wrapLine('日本 日本 日本', 10)).toBe('日本 日本\n  日本');
  });

  it('leaves a word whole that is wider than a line', () => {
    expect(wrapLine('see https://example.com/a/long/path now', 12)).toBe(
      'see\n  https://example.com/a/long/path\n  now',
    );
  });

  it('leaves a line that fits as it is', () => {
    expect(wrapLine('a  b   c', 8)).toBe('a  b   c');
  });
});
