import {
  constants,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
  sign,
} from 'node:crypto';
import { HaltError } from '../../errors.ts';
import type { SignatureAlgorithm } from '../../job/signing-schema.ts';

/** A key that signs, and what may be known of it. */
export interface SigningKey {
  algorithm: SignatureAlgorithm;
  /** The public part, by which sites check signatures; none of shared secrets. */
  publicJwk?: JsonWebKey;
  /** SHA-256 thumbprint in base64url (RFC 7638, RFC 8037 A.3); of keys with a public part. */
  thumbprint?: string;
  sign(base: string): Buffer;
}

/**
 * Reads a private key: a JWK, or PEM (PKCS #8, PKCS #1 or SEC 1), where line ends may be written as `\n`; for
 * hmac-sha256 the secret in Base64. Throws `HaltError` SIGNING_KEY_INVALID, whose message says nothing of the key.
 */
export function readSigningKey(text: string, algorithm?: SignatureAlgorithm): SigningKey {
  if (algorithm === 'hmac-sha256') return sharedSecret(text);
  const key = readPrivateKey(text.trim());
  const found = algorithmsOf(key);
  const chosen = algorithm ?? found[0];
  if (chosen === undefined || !found.includes(chosen)) {
    const wanted = algorithm === undefined ? 'Ed25519, P-256, P-384 or RSA' : `one for ${algorithm}`;
    throw keyInvalid(`${wanted} was expected, found ${describe(key)}`);
  }
  return { algorithm: chosen, ...publicPart(key), sign: (base) => signWith(chosen, key, Buffer.from(base)) };
}

/** The key's public part as a directory publishes it (RFC 7517). */
function thumbprintOf(jwk: JsonWebKey): string {
  const { kty, crv, x, y, e, n } = jwk;
  // The members that RFC 7638 §3.2 and RFC 8037 §2 name, in the order of their names.
  const members = kty === 'RSA' ? { e, kty, n } : kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}

function readPrivateKey(text: string): KeyObject {
  try {
    return text.startsWith('{')
      ? createPrivateKey({ key: JSON.parse(text) as JsonWebKey, format: 'jwk' })
      : createPrivateKey(text.replaceAll('\\n', '\n'));
  } catch {
    // The cause may quote the text.
    throw keyInvalid('a private key was expected, as JWK or PEM without a passphrase');
  }
}

function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): SignatureAlgorithm[] {
  switch (asymmetricKeyType) {
    case 'ed25519':
      return ['ed25519'];
    case 'rsa':
      return ['rsa-pss-sha512', 'rsa-v1_5-sha256'];
    case 'rsa-pss':
      return ['rsa-pss-sha512'];
    case 'ec':
      if (asymmetricKeyDetails?.namedCurve === 'prime256v1') return ['ecdsa-p256-sha256'];
      return asymmetricKeyDetails?.namedCurve === 'secp384r1' ? ['ecdsa-p384-sha384'] : [];
    default:
      return [];
  }
}

function publicPart(key: KeyObject): Pick<SigningKey, 'publicJwk' | 'thumbprint'> {
  // Node writes no JWK of keys that are bound to RSASSA-PSS.
  if (key.asymmetricKeyType === 'rsa-pss') return {};
  const publicJwk = createPublicKey(key).export({ format: 'jwk' });
  return { publicJwk, thumbprint: thumbprintOf(publicJwk) };
}

/** By RFC 9421 §3.3. */
function signWith(algorithm: SignatureAlgorithm, key: KeyObject, data: Buffer): Buffer {
  switch (algorithm) {
    case 'ed25519':
      return sign(null, data, key);
    case 'ecdsa-p256-sha256':
      return sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' });
    case 'ecdsa-p384-sha384':
      return sign('sha384', data, { key, dsaEncoding: 'ieee-p1363' });
    case 'rsa-pss-sha512':
      return sign('sha512', data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 });
    case 'rsa-v1_5-sha256':
      return sign('sha256', data, { key, padding: constants.RSA_PKCS1_PADDING });
    case 'hmac-sha256':
      return createHmac('sha256', key).update(data).digest();
    default:
      return algorithm satisfies never;
  }
}

function sharedSecret(text: string): SigningKey {
  const secret = Buffer.from(text.trim(), 'base64');
  if (!/^[A-Za-z0-9+/_=-]+$/.test(text.trim()) || secret.length < 32) {
    throw keyInvalid('a shared secret of 32 bytes at least was expected, in Base64');
  }
  return {
    algorithm: 'hmac-sha256',
    sign: (base) => createHmac('sha256', secret).update(base).digest(),
  };
}

function describe({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const curve = asymmetricKeyDetails?.namedCurve;
  return `a key of type ${asymmetricKeyType}${curve === undefined ? '' : ` (${curve})`}`;
}

export function keyInvalid(message: string): HaltError {
  return new HaltError('SIGNING_KEY_INVALID', `politeness.sign.key: ${message}`);
}
