import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readSigningKey } from '../../shared/fetch/signing/signing-key.ts';
import { usageError } from '../usage-error.ts';

/** A JSON Web Key Set (RFC 7517 §5) with public keys only. */
export interface KeyDirectory {
  keys: JsonWebKey[];
}

const generators: Record<string, () => { privateKey: KeyObject }> = {
  ed25519: () => generateKeyPairSync('ed25519'),
  'ecdsa-p256-sha256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'ecdsa-p384-sha384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'rsa-pss-sha512': () => generateKeyPairSync('rsa', { modulusLength: 3_072 }),
};

/** A new private key as a JWK, in one line so that a variable can hold it. Throws USAGE for an algorithm without a key pair. */
export function newKey(algorithm: string): string {
  const generate = Object.hasOwn(generators, algorithm) ? generators[algorithm] : undefined;
  if (generate === undefined) {
    throw usageError(`--algorithm is one of ${Object.keys(generators).join(', ')}, not ${algorithm}`);
  }
  return JSON.stringify(generate().privateKey.export({ format: 'jwk' }));
}

/** The directory of the public parts of these keys. Throws `HaltError` SIGNING_KEY_INVALID, or USAGE that names the file. */
export function directoryOf(files: string[], texts: string[]): KeyDirectory {
  return {
    keys: texts.map((text, index) => {
      const { publicJwk, thumbprint } = readSigningKey(text);
      if (publicJwk === undefined || thumbprint === undefined)
        throw usageError(
          `${files[index]}: the public part of a key that is bound to RSASSA-PSS cannot be written as JWK`,
        );
      return { ...publicJwk, kid: thumbprint, use: 'sig' };
    }),
  };
}
