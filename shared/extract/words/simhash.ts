import { murmur3 } from './murmur3.ts';
import { wordsOf } from './segment.ts';

/** The number of words in a shingle. */
const shingleWords = 3;

/**
 * A hash of 64 bits that is alike for texts that are alike (Charikar 2002), as 16 hexadecimal digits: the distance of two texts
 * is the number of bits in which their hashes differ. `undefined` for a text without words.
 *
 * Its features are the text's shingles: each three words in a row (`wordsOf`), NFKC, in lower case, joined by spaces; of a shorter
 * text all of its words. A shingle's hash is MurmurHash3 (x86, 32 bits) of it in UTF-8 with seed 0, then with seed 1.
 * A bit is set where more of the shingles' hashes have it than have not; a shingle counts as often as it occurs.
 */
export function simhashOf(text: string): string | undefined {
  const words = wordsOf(text.normalize('NFKC').toLowerCase());
  if (words.length === 0) return undefined;
  const counts = new Int32Array(64);
  const shingles = Math.max(1, words.length - shingleWords + 1);
  for (let at = 0; at < shingles; at++) {
    const bytes = Buffer.from(words.slice(at, at + shingleWords).join(' '));
    add(counts, 0, murmur3(bytes, 0));
    add(counts, 32, murmur3(bytes, 1));
  }
  let hash = '';
  for (let at = 0; at < 64; at += 4) hash += digitOf(counts.subarray(at, at + 4));
  return hash;
}

/** From the highest bit. */
function add(counts: Int32Array, offset: number, hash: number): void {
  for (let bit = 0; bit < 32; bit++) {
    const at = offset + bit;
    counts[at] = (counts[at] ?? 0) + (hash << bit < 0 ? 1 : -1);
  }
}

function digitOf(counts: Int32Array): string {
  return counts.reduce((digit, count) => digit * 2 + (count > 0 ? 1 : 0), 0).toString(16);
}
