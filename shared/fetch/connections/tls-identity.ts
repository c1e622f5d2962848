import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { HaltError } from '../../errors.ts';

/** Whom a host's certificate must be signed by, and as whom we speak to it. Texts are PEM. */
export interface TlsIdentity {
  /** Two that are equal have one: contexts and sessions are shared by it. */
  id: string;
  /** In place of the built-in authorities. */
  ca?: string;
  cert?: string;
  key?: string;
}

export interface TlsFiles {
  ca?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
  passphrase?: string | undefined;
}

/**
 * Checks what a connection would fail by later. `host`: for messages; `now`: epoch ms. Throws `HaltError` CERT_UNREADABLE,
 * CERT_EXPIRED, CERT_NOT_YET_VALID or CERT_KEY_MISMATCH.
 */
export function makeTlsIdentity(
  host: string,
  { ca, cert, key, passphrase }: TlsFiles,
  now: number,
): TlsIdentity {
  if (ca !== undefined) readCertificates(host, 'ca', ca);
  const own =
    cert === undefined || key === undefined ? {} : makeClientCertificate(host, cert, key, passphrase, now);
  const id = createHash('sha256')
    .update(JSON.stringify([ca, own.cert]))
    .digest('base64url');
  return { id, ...(ca === undefined ? {} : { ca }), ...own };
}

function makeClientCertificate(
  host: string,
  cert: string,
  key: string,
  passphrase: string | undefined,
  now: number,
): Pick<TlsIdentity, 'cert' | 'key'> {
  const [certificate] = readCertificates(host, 'cert', cert);
  const privateKey = readKey(host, key, passphrase);
  if (certificate === undefined) throw unreadable(host, 'cert', 'it holds no certificate');
  const { validFrom, validTo, subject } = certificate;
  const name = `the client certificate for ${host} (${subject.replaceAll('\n', ', ')})`;
  if (Date.parse(validTo) < now) throw new HaltError('CERT_EXPIRED', `${name} was valid until ${validTo}`);
  if (Date.parse(validFrom) > now) {
    throw new HaltError('CERT_NOT_YET_VALID', `${name} is valid from ${validFrom}`);
  }
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new HaltError('CERT_KEY_MISMATCH', `${name} belongs to another key than fetch.tls gives`);
  }
  return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function readCertificates(host: string, name: string, text: string): X509Certificate[] {
  const parts = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (parts.length === 0)
    throw unreadable(host, name, 'it holds no certificate in PEM (-----BEGIN CERTIFICATE-----)');
  try {
    return parts.map((part) => new X509Certificate(part));
  } catch (cause) {
    throw unreadable(host, name, 'one of its certificates is damaged', cause);
  }
}

function readKey(host: string, text: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: text, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (cause) {
    const isEncrypted = text.includes('ENCRYPTED');
    const why = isEncrypted
      ? `the passphrase of the private key is ${passphrase === undefined ? 'missing' : 'another one'}`
      : 'it holds no private key in PEM (-----BEGIN PRIVATE KEY-----)';
    throw unreadable(host, 'key', why, cause);
  }
}

export function unreadable(host: string, name: string, why: string, cause?: unknown): HaltError {
  return new HaltError('CERT_UNREADABLE', `fetch.tls["${host}"].${name}: ${why}`, { cause });
}

/** The identity for a host, by its most exact name; `undefined` where the built-in authorities count, and nobody is asked as. */
export type TlsIdentityOf = (hostname: string, port: number) => TlsIdentity | undefined;

/** `identities`: by names as `fetch.tls` has them. */
export function tlsIdentitiesBy(identities: ReadonlyMap<string, TlsIdentity>): TlsIdentityOf {
  return (hostname, port) => {
    const host =
      hostname.includes(':') && !hostname.startsWith('[') ? `[${hostname}]` : hostname.toLowerCase();
    const names = [host, ...domainsAbove(host).map((domain) => `*.${domain}`)];
    const exact = names.flatMap((name) => [`${name}:${port}`, name]).find((name) => identities.has(name));
    return identities.get(exact ?? '*');
  };
}

/** `a.b.c` is below `b.c` and `c`. */
function domainsAbove(host: string): string[] {
  if (host.startsWith('[')) return [];
  const labels = host.split('.');
  return labels.slice(1).map((_, index) => labels.slice(index + 1).join('.'));
}
