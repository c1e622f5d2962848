import { hash } from 'node:crypto';
import type { UrlKey } from '../coordination/ports.ts';
import type { Normalise } from '../fetch/url.ts';
import type { PageRequest } from '../model.ts';
import { kindOf } from '../sources/sources.ts';
import { originEnd } from './scope.ts';

/** Id of the batch with which every run begins. */
export const seedBatchId = 'seed';

/** Children are named after their parent, so that forwarding twice makes the same batches. */
export function childId(parent: string, index: number): string {
  return digestOf(`${parent}/${index}`);
}

/** Two requests of one identity are one URL of the run: for plain pages, the normal form of their URL. */
export function identityOf(request: PageRequest, normalise: Normalise): string {
  return kindOf(request).identity(request, normalise);
}

/**
 * How the ledger knows a request: its key, 132 bits, so that there is no collision in 10^12 URLs; and as the group the
 * host of its identity, where that is a URL.
 */
export function urlKeyOf(request: PageRequest, normalise: Normalise): UrlKey {
  const identity = identityOf(request, normalise);
  const key = digestOf(identity);
  return /^https?:/.test(identity) ? { key, group: originEnd(identity) } : { key };
}

/** One key for two pages, made of the normal forms of their URLs, whichever of them names the other as canonical. */
export function canonicalKey(url: string, other: string): string {
  return digestOf(JSON.stringify(['canonical', ...[url, other].sort()]));
}

/** `books-20260131-142501-k3f9`: sorts by time and names the job. */
export function newRunId(job: string, at: Date, random: string): string {
  const [day = '', time = ''] = at.toISOString().replace(/[-:]/g, '').split(/[T.]/);
  return `${job}-${day}-${time}-${random}`;
}

const digestChars = 22;
const digestBytes = Buffer.alloc(digestChars);

/** A copy of its own: a substring would keep all of the digest in memory, for each URL that is known. */
export function digestOf(text: string): string {
  digestBytes.write(hash('sha256', text, 'base64url'), 0, digestChars, 'latin1');
  return digestBytes.toString('latin1');
}

/** A digest of bytes, as long as that of a text. */
export function digestOfBytes(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64url').slice(0, 22);
}
