/** MurmurHash3_x86_32 (Austin Appleby, public domain), as a signed integer. */
export function murmur3(bytes: Uint8Array, seed: number): number {
  let hash = seed | 0;
  const blocks = bytes.length & ~3;
  for (let at = 0; at < blocks; at += 4) {
    hash ^= scramble(littleEndian(bytes, at, 4));
    hash = (Math.imul(rotate(hash, 13), 5) + 0xe6546b64) | 0;
  }
  if (bytes.length > blocks) hash ^= scramble(littleEndian(bytes, blocks, bytes.length - blocks));
  return finish(hash ^ bytes.length);
}

function littleEndian(bytes: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let index = count - 1; index >= 0; index--) value = (value << 8) | (bytes[from + index] ?? 0);
  return value;
}

function scramble(block: number): number {
  return Math.imul(rotate(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
}

function finish(value: number): number {
  let hash = value;
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
