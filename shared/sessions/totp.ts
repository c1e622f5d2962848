import { createHmac } from 'node:crypto';
import { HaltError } from '../errors.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export interface TotpOptions {
  digits?: number;
  stepS?: number;
  hash?: 'sha1' | 'sha256' | 'sha512';
}

/**
 * The one-time code for a moment (epoch ms), from a secret in Base32 as authenticator apps show it (RFC 6238, RFC 4226
 * §5.3). Throws `HaltError` LOGIN_INVALID for a secret that is no Base32.
 */
export function totpCode(secret: string, now: number, options: TotpOptions = {}): string {
  const { digits = 6, stepS = 30, hash = 'sha1' } = options;
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 1_000 / stepS)));
  const digest = createHmac(hash, decodeBase32(secret)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0x0f;
  const number = digest.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/** RFC 4648 §6; blanks, hyphens and padding do not count, as apps group the letters. */
function decodeBase32(text: string): Buffer {
  const letters = text.toUpperCase().replace(/[\s=-]/g, '');
  const bytes: number[] = [];
  let [held, bits] = [0, 0];
  for (const letter of letters) {
    const value = alphabet.indexOf(letter);
    if (value === -1)
      throw new HaltError('LOGIN_INVALID', 'the secret of one-time codes is no Base32 (A to Z, 2 to 7)');
    held = (held << 5) | value;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
    held &= (1 << bits) - 1;
  }
  if (bytes.length === 0) throw new HaltError('LOGIN_INVALID', 'the secret of one-time codes is empty');
  return Buffer.from(bytes);
}
