import { decodePercent } from './decode-percent.ts';

/** What a `mailto:` link names before its `?`, undecided whether they are addresses (RFC 6068). */
export function addressesOfMailto(reference: string): string[] {
  const [addresses = ''] = reference.replace(/^\s*(?:mailto:\s*)+\/*/i, '').split('?', 1);
  return decodePercent(addresses)
    .split(/[,;]/, maxAddresses)
    .map((address) => /<([^<>]*)>/.exec(address)?.[1] ?? address);
}

const maxAddresses = 20;

/**
 * What Cloudflare hides from scrapers that run no script: each byte XOR the first one, in hexadecimal.
 * Its own script does the same in every browser. May be followed by what a `mailto:` link has after
 * its address.
 */
export function addressesOfProtected(hex: string): string[] {
  const isHidden = hex.length <= maxHexDigits && /^(?:[0-9a-f]{2}){2,}$/i.test(hex);
  if (!isHidden) return [];
  const [key = 0, ...bytes] = Buffer.from(hex, 'hex');
  return addressesOfMailto(Buffer.from(bytes.map((byte) => byte ^ key)).toString());
}

const maxHexDigits = 2_000;

/** The hidden part of a link to Cloudflare's page about it. */
export function protectedPartOf(reference: string): string | undefined {
  return /\/cdn-cgi\/l\/email-protection#([0-9a-f]+)/i.exec(reference)?.[1];
}
