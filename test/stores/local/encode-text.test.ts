import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../shared/stores/local/encode-text.ts';

describe('encodeText', () => {
  it.each([
    ['', 0],
    ['plain', 5],
    ['Café', 5],
    ['“№ 1” 🫖', 16],
    ['é'.repeat(1_000_001), 2_000_002],
  ])('is the text in UTF-8, however long: %#', (text, bytes) => {
    const encoded = encodeText(text);
    expect(encoded.length).toBe(bytes);
    expect(encoded.equals(Buffer.from(text))).toBe(true);
  });

  it('is the UTF-8 of whatever text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect([...encodeText(text)]).toEqual([...Buffer.from(text)]);
      }),
    );
  });
});
