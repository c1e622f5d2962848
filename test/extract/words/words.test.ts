import { describe, expect, it } from 'vitest';
import { detectLanguage } from '../../../shared/extract/words/detect-language.ts';
import { murmur3 } from '../../../shared/extract/words/murmur3.ts';
import { wordsOf } from '../../../shared/extract/words/segment.ts';
import { simhashOf } from '../../../shared/extract/words/simhash.ts';

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

describe('wordsOf', () => {
  it.each([
    ["Don't panic: it costs 1,299.50 €.", 5],
    ['Der Fuchs, well-known, äußert e\u0301clat', 6],
    ['Это слово. Και αυτό', 4],
    ['你好世界', 2],
    ['東京都に住んでいます', 7],
    ['สวัสดีชาวโลก', 3],
    ['… — !', 0],
  ])('finds in %j as many words as Unicode does', (text, count) => {
    const unicode = [...segmenter.segment(text)].filter(({ isWordLike }) => isWordLike);
    expect(wordsOf(text)).toEqual(unicode.map(({ segment }) => segment));
    expect(wordsOf(text)).toHaveLength(count);
  });

  it('takes time that grows with the length of a text without spaces', () => {
    const start = process.cpuUsage();
    wordsOf('世界'.repeat(100_000));
    expect(process.cpuUsage(start).user / 1_000).toBeLessThan(10_000);
  });
});

describe('murmur3', () => {
  // From the tables of tests of mmh3 and of the reference implementation.
  it.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['hello', 0, 0x248bfa47],
    ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
  ])('of %j with seed %i is that of the reference', (text, seed, hash) => {
    expect(murmur3(Buffer.from(text), seed) >>> 0).toBe(hash);
  });
});

describe('simhashOf', () => {
  const words = Array.from({ length: 400 }, (_, index) => `word${(index * 7_919) % 397}`);
  const distance = (a: string, b: string) => {
    const bits = (BigInt(`0x${simhashOf(a)}`) ^ BigInt(`0x${simhashOf(b)}`)).toString(2);
    return bits.replaceAll('0', '').length;
  };

  it('is near for texts that differ in few words, and far for others', () => {
    const text = words.join(' ');
    expect(distance(text, words.with(100, 'other').with(300, 'changed').join(' '))).toBeLessThanOrEqual(6);
    expect(distance(text, words.map((word) => `${word}x`).join(' '))).toBeGreaterThan(16);
  });

  it('does not depend on case, punctuation and white space', () => {
    expect(simhashOf('The Fox,\njumps – over')).toBe(simhashOf('the fox jumps over'));
  });

  it.each(['', '…', ' '])('is none for %j, which has no words', (text) => {
    expect(simhashOf(text)).toBeUndefined();
  });
});

describe('detectLanguage', () => {
  it.each([
    [
      'en',
      'All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience.',
    ],
    [
      'de',
      'Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen begabt.',
    ],
    [
      'pt',
      'Todos os seres humanos nascem livres e iguais em dignidade e em direitos. Dotados de razão e de consciência.',
    ],
    [
      'el',
      'Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα. Είναι προικισμένοι με λογική.',
    ],
    ['ja', 'すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。'.repeat(3)],
  ])('finds %s', (language, text) => {
    expect(detectLanguage(text)).toBe(language);
  });

  it.each(['', 'OK', 'A few words', '1234567890 '.repeat(20)])('is not sure of %j', (text) => {
    expect(detectLanguage(text)).toBeUndefined();
  });
});
