/** The keys of URLs as the engine makes them: base64url without padding, 132 bits. */
const digest = /^[A-Za-z0-9_-]{22}$/;
const wholeChars = 20;

/**
 * A key as the table of admitted URLs holds it: 17 bytes where the text has 22. Two keys never have one
 * form, and any other text stays as it is.
 */
export function packKey(key: string): string | Uint8Array {
  if (!digest.test(key)) return key;
  // Two characters are 12 bits, for which base64url has no form of its own that keeps all of them.
  const packed = Buffer.alloc(17);
  packed.write(key.slice(0, wholeChars), 'base64url');
  packed.writeUInt16BE(sixBits(key, wholeChars) * 64 + sixBits(key, wholeChars + 1), 15);
  return packed;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const values = new Map([...alphabet].map((character, value) => [character, value]));

function sixBits(key: string, index: number): number {
  return values.get(key[index] ?? '') ?? 0;
}
