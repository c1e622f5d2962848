import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type InnerList, parseDictionary, serializeInnerList, serializeItem } from 'structured-headers';

/** A signed request as a site reads it. */
export interface ReadSignature {
  isValid: boolean;
  components: string[];
  parameters: Record<string, unknown>;
}

/** Checks an Ed25519 signature by RFC 9421 §3.2, from the request alone: what a site does, written apart from what signs. */
export function checkSignature(
  { method, path, headers }: { method: string; path: string; headers: IncomingHttpHeaders },
  publicJwk: JsonWebKey,
): ReadSignature {
  const field = (name: string) => String(headers[name] ?? '');
  const [label = '', member] = [...parseDictionary(field('signature-input'))][0] ?? [];
  const [items, parameters] = member as InnerList;
  const values: Record<string, string> = {
    '@method': method,
    '@authority': String(headers.host ?? headers[':authority']),
    '@path': path.split('?', 1)[0] ?? '',
  };
  const lines = items.map(([name, of]) => {
    const key = of.get('key');
    const text = values[String(name)] ?? field(String(name));
    const picked =
      key === undefined
        ? text
        : serializeItem(parseDictionary(text).get(String(key)) as [string, Map<string, string>]);
    return `${serializeItem(name, of)}: ${picked}`;
  });
  const base = [...lines, `"@signature-params": ${serializeInnerList([items, parameters])}`].join('\n');
  const [signature] = parseDictionary(field('signature')).get(label) ?? [];
  const key = createPublicKey({ key: publicJwk, format: 'jwk' });
  return {
    isValid: verify(null, Buffer.from(base), key, Buffer.from(signature as ArrayBuffer)),
    components: items.map(([name, of]) => serializeItem(name, of)),
    parameters: Object.fromEntries(parameters),
  };
}
