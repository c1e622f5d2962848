import {
  makeTlsIdentity,
  type TlsIdentityOf,
  tlsIdentitiesBy,
  unreadable,
} from '../fetch/connections/tls-identity.ts';
import type { TlsSettings } from '../job/tls-schema.ts';
import { readSmallFile } from '../sources/read-small-file.ts';
import type { OpenSourceFile } from '../sources/types.ts';

/** A chain of certificates has some thousand bytes, all authorities of a browser some hundred thousand. */
const maxFileBytes = 2_097_152;

/**
 * Reads the certificates and keys that a job names; secrets are resolved. `now`: epoch ms. Throws `HaltError`
 * CERT_UNREADABLE, CERT_EXPIRED, CERT_NOT_YET_VALID or CERT_KEY_MISMATCH.
 */
export async function openTls(
  tls: TlsSettings,
  openFile: OpenSourceFile,
  now: number,
): Promise<TlsIdentityOf> {
  const identities = await Promise.all(
    Object.entries(tls).map(async ([host, { ca, cert, key, passphrase }]) => {
      const read = async (name: string, text: string | undefined) =>
        text === undefined ? undefined : readPem(host, name, text, openFile);
      const files = { ca: await read('ca', ca), cert: await read('cert', cert), key: await read('key', key) };
      return [host, makeTlsIdentity(host, { ...files, passphrase }, now)] as const;
    }),
  );
  return tlsIdentitiesBy(new Map(identities));
}

/** A file, or the text itself, as secrets hold it: in an environment variable its lines may be joined by `\n`. */
async function readPem(host: string, name: string, text: string, openFile: OpenSourceFile): Promise<string> {
  if (text.includes('-----BEGIN')) return text.includes('\n') ? text : text.replaceAll('\\n', '\n');
  try {
    const tooLarge = (size: number) => new Error(`its ${size} bytes are more than ${maxFileBytes}`);
    return Buffer.from(await readSmallFile(openFile, text, maxFileBytes, tooLarge)).toString('latin1');
  } catch (cause) {
    // The text may be a secret that is no PEM.
    throw unreadable(host, name, 'the file cannot be read, and it is no PEM itself', cause);
  }
}
