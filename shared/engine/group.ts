import type { OutgoingBatch } from '../coordination/ports.ts';
import { hostOf } from '../fetch/url.ts';
import type { Outcome, PageRequest } from '../model.ts';
import { childId } from './ids.ts';

/**
 * Groups an outcome's requests into batches of one host. Pure, and a function of the outcome and what
 * was admitted: the same children with the same ids, however often it is repeated.
 */
export function groupByHost(outcome: Outcome, ownHost: string, admitted: PageRequest[]): OutgoingBatch[] {
  const groups = new Map<string, { host: string; notBefore: number; requests: PageRequest[] }>();
  for (const request of [...outcome.retries, ...admitted]) {
    const host = touchesHost(request) ? hostOf(request.url) : '';
    const notBefore = Math.ceil((request.notBefore ?? 0) / 1_000) * 1_000;
    const key = `${notBefore} ${host}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { host, notBefore, requests: [request] });
    else group.requests.push(request);
  }

  const children: OutgoingBatch[] = [];
  for (const { host, notBefore, requests } of groups.values()) {
    const size = host === ownHost ? outcome.batchSizes.own : outcome.batchSizes.other;
    for (let at = 0; at < requests.length; at += size) {
      const id = childId(outcome.batch, children.length);
      const batch = { run: outcome.run, id, host, requests: requests.slice(at, at + size) };
      children.push(notBefore === 0 ? { batch } : { batch, notBefore });
    }
  }
  return children;
}

function touchesHost(request: PageRequest): boolean {
  return request.kind !== 'seed' && request.kind !== 'urls';
}
