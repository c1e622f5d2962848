import { describe, expect, it } from 'vitest';
import { withoutSecretBytes } from '../../shared/engine/redact-bytes.ts';
import { formsOf } from '../../shared/engine/secret-forms.ts';

const secret = 'pass-ö';
const hide = (bytes: Uint8Array, text = secret) => withoutSecretBytes(bytes, formsOf([text], '[secret]'));

describe('withoutSecretBytes', () => {
  it.each([
    ['UTF-8', Buffer.from(`a ${secret} z`)],
    ['Latin-1', Buffer.from(`a ${secret} z`, 'latin1')],
  ])('replaces a secret in %s', (_, bytes) => {
    expect(Buffer.from(hide(bytes)).toString('latin1')).toBe('a [secret] z');
  });

  it.each([
    ['little', secret],
    ['big', secret],
    ['little', 'pass'],
    ['big', 'pass'],
  ])('replaces a secret in UTF-16, %s-endian: %s', (order, text) => {
    const wide = (value: string) =>
      order === 'big' ? Buffer.from(value, 'utf16le').swap16() : Buffer.from(value, 'utf16le');
    for (const written of [text, encodeURIComponent(text)]) {
      const hidden = Buffer.from(hide(wide(`a ${written} z`), text));
      expect(hidden.includes(wide(written))).toBe(false);
      expect(hidden.includes('[secret]')).toBe(true);
    }
  });

  it('leaves all other bytes as they are, and the array where nothing is replaced', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    expect(hide(bytes)).toBe(bytes);
    const around = Buffer.concat([bytes, Buffer.from(secret), bytes]);
    expect(Buffer.from(hide(around))).toEqual(Buffer.concat([bytes, Buffer.from('[secret]'), bytes]));
  });
});
