import type { OutgoingBatch } from '../../coordination/ports.ts';
import { hostOf } from '../../fetch/url.ts';
import type { Batch, Outcome, PageRequest } from '../../model.ts';
import { isPage, kindOf } from '../../sources/sources.ts';
import { childId } from '../ids.ts';
import { asStoredBy } from '../sessions/hidden-addresses.ts';
import { shardsOfChildren } from '../shards.ts';
import { suspectAfterCrashes } from '../suspect.ts';

/**
 * Groups an outcome's requests into batches of one host, or of one pace group (`Outcome.paceGroups`). Pure, and a
 * function of the outcome and of what was admitted: a repeated call gives the same children with the same ids. `isOrdered`: pages that
 * were admitted wait in the frontier of their host, and their batches carry how many they draw from it.
 */
export function groupByHost(
  outcome: Outcome,
  parent: Pick<Batch, 'id' | 'host' | 'shard'>,
  admitted: PageRequest[],
  isOrdered = false,
): OutgoingBatch[] {
  const waiting = isOrdered ? admitted.filter(({ kind }) => isPage(kind)) : [];
  const sent = isOrdered ? admitted.filter(({ kind }) => !isPage(kind)) : admitted;
  const groups = new Map<
    string,
    { host: string; notBefore: number; isNext: boolean; inBrowser: boolean; requests: PageRequest[] }
  >();
  const isInBrowser = browserTest(outcome);
  for (const stored of [...outcome.retries, ...sent]) {
    const request = asStoredBy(outcome, stored);
    const host = batchHostOf(outcome, request);
    const notBefore = Math.ceil((request.notBefore ?? 0) / 1_000) * 1_000;
    const own = kindOf(request).isBatch === true ? ` ${JSON.stringify(request.cursor)}` : '';
    const isNext = kindOf(request).growsOld?.(request) === true;
    const inBrowser = isInBrowser(request);
    const key = `${notBefore} ${isNext} ${inBrowser} ${host}${own}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { host, notBefore, isNext, inBrowser, requests: [request] });
    else group.requests.push(request);
  }

  const children: OutgoingBatch[] = [];
  for (const { host, notBefore, isNext, inBrowser, requests } of groups.values()) {
    const size = host === parent.host ? outcome.batchSizes.own : outcome.batchSizes.other;
    for (const part of partsOf(requests, inBrowser ? Math.min(size, maxInBrowser) : size)) {
      const id = childId(outcome.batch, children.length);
      const batch: Batch = { run: outcome.run, id, host, requests: part };
      if (isNext) batch.isNext = true;
      if (inBrowser) batch.inBrowser = true;
      if (outcome.isSplit === true) batch.crashes = suspectAfterCrashes;
      children.push(notBefore === 0 ? { batch } : { batch, notBefore });
    }
  }
  for (const draws of drawsOf(outcome, parent.host, waiting)) {
    const id = childId(outcome.batch, children.length);
    const batch: Batch = { run: outcome.run, id, requests: [], ...draws };
    // It is not known before which pages are drawn.
    if (outcome.inBrowser !== undefined) batch.inBrowser = true;
    children.push({ batch });
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

/** The host of the batch that a request belongs to: its own, or that of its pace group; none for kinds that touch none. */
export function batchHostOf({ paceGroups }: Pick<Outcome, 'paceGroups'>, request: PageRequest): string {
  const ownHost = kindOf(request).touchesHost ? hostOf(request.url) : '';
  return paceGroups?.[ownHost] ?? ownHost;
}

/** What a batch holds that is read in a browser: a page takes seconds, and what takes its process along is few pages. */
const maxInBrowser = 10;

/** Whether a request is for processes that have a browser. */
function browserTest({ inBrowser }: Outcome): (request: PageRequest) => boolean {
  if (inBrowser === undefined) return () => false;
  const labels = new Set(inBrowser);
  return (request) => labels.has(request.label) && kindOf(request).reads === 'document';
}

/** As many draws of each host as pages of it wait, in the sizes that batches have. */
function* drawsOf(
  outcome: Outcome,
  ownHost: string,
  waiting: PageRequest[],
): Iterable<Required<Pick<Batch, 'host' | 'draws'>>> {
  const { own, other } = outcome.batchSizes;
  for (const [host, pages] of Map.groupBy(waiting, (request) => batchHostOf(outcome, request))) {
    const [first] = pages;
    if (first === undefined) continue;
    const granted = host === ownHost ? own : other;
    const size = outcome.inBrowser === undefined ? granted : Math.min(granted, maxInBrowser);
    for (let left = pages.length; left > 0; left -= size) {
      yield { host, draws: { count: Math.min(left, size), like: asStoredBy(outcome, first) } };
    }
  }
}

/** A batch must fit a message, however long a site's URLs are: in characters of JSON. */
const maxBatchChars = 200_000;

/** `requests`: one at least. */
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
  yield part;
}
