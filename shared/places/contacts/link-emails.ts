import { decodePercent } from './decode-percent.ts';

/** The recipients of a `mailto:` link (RFC 6068), which are not validated here. */
export function addressesOfMailto(reference: string): string[] {
  const [addresses = ''] = reference.replace(/^\s*(?:mailto:\s*)+\/*/i, '').split('?', 1);
  return decodePercent(addresses)
    .split(/[,;]/, maxAddresses)
    .map((address) => /<([^<>]*)>/.exec(address)?.[1] ?? address);
}

const maxAddresses = 20;

/**
 * Decodes Cloudflare's e-mail obfuscation, as its script does in browsers: hexadecimal bytes, each XORed with the first
 * one. The query of a `mailto:` link may follow the address.
 */
export function addressesOfProtected(hex: string): string[] {
  const isHidden = hex.length <= maxHexDigits && /^(?:[0-9a-f]{2}){2,}$/i.test(hex);
  if (!isHidden) return [];
  const [key = 0, ...bytes] = Buffer.from(hex, 'hex');
  return addressesOfMailto(Buffer.from(bytes.map((byte) => byte ^ key)).toString());
}

const maxHexDigits = 2_000;

/** The obfuscated address in a link to `/cdn-cgi/l/email-protection`. */
export function protectedPartOf(reference: string): string | undefined {
  return /\/cdn-cgi\/l\/email-protection#([0-9a-f]+)/i.exec(reference)?.[1];
}
