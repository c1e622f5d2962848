import type { OutgoingBatch } from '../../coordination/ports.ts';
import { hostOf } from '../../fetch/url.ts';
import type { Batch, Outcome, PageRequest } from '../../model.ts';
import { kindOf } from '../../sources/sources.ts';
import { childId } from '../ids.ts';
import { asStoredBy } from '../sessions/hidden-addresses.ts';
import { shardsOfChildren } from '../shards.ts';
import { suspectAfterCrashes } from '../suspect.ts';

/**
 * Groups an outcome's requests into batches of one host, or of one pace group (`Outcome.paceGroups`). Pure, and a
 * function of the outcome and of what was admitted: a repeated call gives the same children with the same ids.
 */
export function groupByHost(
  outcome: Outcome,
  parent: Pick<Batch, 'id' | 'host' | 'shard'>,
  admitted: PageRequest[],
): OutgoingBatch[] {
  const groups = new Map<string, { host: string; notBefore: number; requests: PageRequest[] }>();
  for (const stored of [...outcome.retries, ...admitted]) {
    const request = asStoredBy(outcome, stored);
    const ownHost = kindOf(request).touchesHost ? hostOf(request.url) : '';
    const host = outcome.paceGroups?.[ownHost] ?? ownHost;
    const notBefore = Math.ceil((request.notBefore ?? 0) / 1_000) * 1_000;
    const key = `${notBefore} ${host}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { host, notBefore, requests: [request] });
    else group.requests.push(request);
  }

  const children: OutgoingBatch[] = [];
  for (const { host, notBefore, requests } of groups.values()) {
    const size = host === parent.host ? outcome.batchSizes.own : outcome.batchSizes.other;
    for (const part of partsOf(requests, size)) {
      const id = childId(outcome.batch, children.length);
      const batch: Batch = { run: outcome.run, id, host, requests: part };
      if (outcome.isSplit === true) batch.crashes = suspectAfterCrashes;
      children.push(notBefore === 0 ? { batch } : { batch, notBefore });
    }
  }
  if (outcome.conclusion !== undefined) {
    const id = childId(outcome.batch, children.length);
    children.push({
      batch: { run: outcome.run, id, host: '', requests: [], conclusion: outcome.conclusion },
    });
  }
  for (const [index, shard] of shardsOfChildren(parent, children.length).entries()) {
    const child = children[index];
    if (child !== undefined && shard > 0) child.batch.shard = shard;
  }
  return children;
}

/** A batch must fit a message, however long a site's URLs are: in characters of JSON. */
const maxBatchChars = 200_000;

function* partsOf(requests: PageRequest[], size: number): Iterable<PageRequest[]> {
  let part: PageRequest[] = [];
  let chars = 0;
  for (const request of requests) {
    const own = JSON.stringify(request).length;
    if (part.length === size || (part.length > 0 && chars + own > maxBatchChars)) {
      yield part;
      part = [];
      chars = 0;
    }
    part.push(request);
    chars += own;
  }
  if (part.length > 0) yield part;
}
