import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/** The key of a deployment's sessions: 32 bytes. */
export type SessionKey = Uint8Array;

const cipher = 'aes-256-gcm';
/** The first byte of what is sealed, so that another way of sealing can be told apart. */
const format = 1;
/** NIST SP 800-38D §8.2.2: random nonces of 96 bits, for at most 2^32 messages of a key. */
const nonceBytes = 12;
const tagBytes = 16;

/** Seals a text so that it can only be read with the key, and only as what it was sealed for (`context`). */
export function seal(key: SessionKey, context: string, text: string): Uint8Array {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, key, nonce).setAAD(Buffer.from(context));
  const body = Buffer.concat([sealing.update(text, 'utf8'), sealing.final()]);
  return Buffer.concat([Uint8Array.of(format), nonce, body, sealing.getAuthTag()]);
}

/** `undefined` where it was sealed with another key, for another context, or was changed. */
export function unseal(key: SessionKey, context: string, sealed: Uint8Array): string | undefined {
  const bytes = Buffer.from(sealed);
  if (bytes[0] !== format || bytes.length < 1 + nonceBytes + tagBytes) return undefined;
  const opening = createDecipheriv(cipher, key, bytes.subarray(1, 1 + nonceBytes))
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(-tagBytes));
  try {
    const body = opening.update(bytes.subarray(1 + nonceBytes, -tagBytes));
    return Buffer.concat([body, opening.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** Names a secret or an account without revealing it: nobody without the key can try names against it. */
export function digestWithKey(key: SessionKey, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 32);
}
