import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../shared/engine/ids.ts';
import { packKey } from '../../../shared/stores/local/packed-key.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function formOf(key: string): string {
  const packed = packKey(key);
  return typeof packed === 'string' ? `text ${packed}` : `bytes ${Buffer.from(packed).toString('hex')}`;
}

describe('packKey', () => {
  it('makes 17 bytes of what the engine makes', () => {
    expect(packKey(digestOf('https://example.com/'))).toHaveLength(17);
  });

  it('never gives two keys one form, whichever of their characters differs', () => {
    const key = digestOf('https://example.com/');
    const others = Array.from({ length: 22 }, (_, index) =>
      [...alphabet].map((character) => key.slice(0, index) + character + key.slice(index + 1)),
    );
    const all = new Set(others.flat());
    expect(new Set([...all].map(formOf)).size).toBe(all.size);
  });

  it.each([
    '',
    'k',
    'a'.repeat(21),
    'a'.repeat(23),
    `${'a'.repeat(21)}=`,
    `${'a'.repeat(21)}+`,
    'é'.repeat(22),
  ])('leaves %j as it is', (key) => {
    expect(packKey(key)).toBe(key);
  });
});
