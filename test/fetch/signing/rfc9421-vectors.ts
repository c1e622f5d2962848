import { readFileSync } from 'node:fs';
import type { RequestToSign } from '../../../shared/fetch/signing/signature-base.ts';

/** The keys and the signed requests of RFC 9421 appendix B, and those of draft-ietf-webbotauth-httpsig-protocol. */
export interface Vectors {
  /** Private keys as PEM; the shared secret in Base64. */
  keys: Record<string, string>;
  vectors: Vector[];
}

export interface Vector {
  section: string;
  /** As HTTP/1.1, without the signature. */
  request: string;
  /** The signature base that is to come of it, where the text prints one. */
  base?: string;
  /** Both as `label=value`. */
  signatureInput: string;
  signature: string;
  /** The key, where the signature's keyid is not its name. */
  key?: string;
  /** @default true */
  valid?: boolean;
}

export function readVectors(): Vectors {
  return JSON.parse(readFileSync(new URL('rfc9421.json', import.meta.url), 'utf8'));
}

export function parseRequest(text: string): RequestToSign {
  const [head = ''] = text.split('\n\n', 1);
  const [start = '', ...lines] = head.split(/\n(?![ \t])/);
  const [method = '', path = ''] = start.split(' ');
  const fields = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1)] as const;
  });
  const host = fields.find(([name]) => name === 'host')?.[1].trim() ?? '';
  return { method, path, url: new URL(`https://${host}${path}`), fields };
}
