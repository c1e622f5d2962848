import { hash } from 'node:crypto';
import type { PageRequest } from '../model.ts';

/** Id of the batch that every run begins with. */
export const seedBatchId = 'seed';

/** Children are named after their parent, so that forwarding twice makes the same batches. */
export function childId(parent: string, index: number): string {
  return digestOf(`${parent}/${index}`);
}

/** Two requests with one key are one URL of the run. 132 bits: no collision in 10^12 URLs. */
export function requestKey(request: PageRequest): string {
  const { kind, source, method = 'GET', url, body = '', cursor } = request;
  const isPlainPage = kind === 'page' && method === 'GET' && body === '';
  if (isPlainPage) return digestOf(url);
  // Two sources may read one sitemap or API, each taking something else from it.
  return digestOf(JSON.stringify([kind, source ?? null, method, url, body, cursor ?? null]));
}

/** One key for two pages, whichever of them names the other as canonical. */
export function canonicalKey(url: string, other: string): string {
  return digestOf(JSON.stringify(['canonical', ...[url, other].sort()]));
}

/** `books-20260131-142501-k3f9`: sorts by time, says what it is. */
export function newRunId(job: string, at: Date, random: string): string {
  const [day = '', time = ''] = at.toISOString().replace(/[-:]/g, '').split(/[T.]/);
  return `${job}-${day}-${time}-${random}`;
}

export function digestOf(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22);
}
