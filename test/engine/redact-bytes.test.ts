import { describe, expect, it } from 'vitest';
import { withoutTexts } from '../../shared/engine/redact-bytes.ts';

const secret = 'pass-ö';

describe('withoutTexts', () => {
  it.each([
    ['UTF-8', Buffer.from(`a ${secret} z`)],
    ['Latin-1', Buffer.from(`a ${secret} z`, 'latin1')],
  ])('replaces a text in %s', (_, bytes) => {
    expect(Buffer.from(withoutTexts(bytes, [secret])).toString('latin1')).toBe('a [secret] z');
  });

  it.each(['little', 'big'])('replaces a text in UTF-16, %s-endian', (order) => {
    const bytes = Buffer.from(`a ${secret} z`, 'utf16le');
    const hidden = withoutTexts(order === 'big' ? bytes.swap16() : bytes, [secret]);
    const wide = Buffer.from(secret, 'utf16le');
    expect(Buffer.from(hidden).includes(order === 'big' ? wide.swap16() : wide)).toBe(false);
    expect(Buffer.from(hidden).includes('[secret]')).toBe(true);
  });

  it('leaves all other bytes as they are, and the array where nothing is replaced', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    expect(withoutTexts(bytes, [secret])).toBe(bytes);
    const around = Buffer.concat([bytes, Buffer.from(secret), bytes]);
    expect(Buffer.from(withoutTexts(around, [secret]))).toEqual(
      Buffer.concat([bytes, Buffer.from('[secret]'), bytes]),
    );
  });
});
