import { hash } from 'node:crypto';
import type { Normalise } from '../fetch/url.ts';
import type { PageRequest } from '../model.ts';
import { kindOf } from '../sources/sources.ts';

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

/** The ledger's key for a request. 132 bits: no collision in 10^12 URLs. */
export function requestKey(request: PageRequest, normalise: Normalise): string {
  return digestOf(identityOf(request, normalise));
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

export function digestOf(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22);
}
