import { setTimeout as sleep } from 'node:timers/promises';
import type { OutgoingBatch } from '../../shared/coordination/ports.ts';
import { childId } from '../../shared/engine/ids.ts';
import { finishRun } from '../../shared/engine/run/finish-run.ts';
import { countShards, shardsOfChildren } from '../../shared/engine/shards.ts';
import { latencyMs } from './assumptions.ts';
import type { CoarseBatch, CoarseProcess } from './coarse-process.ts';
import type { CoarseVisits } from './visit-coarsely.ts';

/** Outcome, admission, commit, forwarding, finish. */
export async function settleCoarsely(
  process: CoarseProcess,
  batch: CoarseBatch,
  fence: number,
  visits: CoarseVisits,
): Promise<void> {
  const { engine, meter, outcomeBytesPerPage } = process;
  const { ledger, queue } = engine;
  const { run, id } = batch;
  meter.add('s3Puts', 1);
  meter.add('s3Gets', 1);
  meter.add('s3Bytes', outcomeBytesPerPage * visits.visited.length);
  await sleep(latencyMs.put);

  const fresh = await admit(process, visits);
  if (fresh.length > 0) {
    const { job } = await engine.contextOf(run);
    const { maxPages, maxPagesPerHost } = job.limits;
    if (maxPagesPerHost !== undefined) {
      const quota = { name: `host:${batch.host}`, wanted: fresh.length, limit: maxPagesPerHost };
      await untilTaken(process, () => ledger.reserveQuotas(run, id, [quota]));
    }
    await untilTaken(process, () => ledger.reserve(run, id, 'pages', fresh.length, maxPages));
  }
  const children = group(batch, visits, fresh);
  const counts = { stored: visits.visited.length, admitted: fresh.length };
  const added = countShards(children.map((child) => child.batch.shard ?? 0));
  const open = { shard: batch.shard ?? 0, added };
  const commit = await untilTaken(process, () => ledger.commit({ run, batch: id, fence, counts, open }));
  meter.count('batches');
  if (children.length > 0) {
    await queue.send(children);
    await ledger.markForwarded(run, id);
  }
  await finishRun(engine, run, commit.open);
}

/** After too many conflicts the batch comes back, with its outcome, 15 to 60 s later, as in `workOnEvent`. */
async function untilTaken<T>({ meter, random }: CoarseProcess, transact: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await transact();
    } catch {
      meter.count('faults');
      await sleep(15_000 + random() * 45_000);
    }
  }
}

/** Memory first, then the log of the host's URLs. */
async function admit(process: CoarseProcess, { hostNumber, visited }: CoarseVisits): Promise<number[]> {
  const { admitted, memory, billUrls } = process;
  const unknown = distinctLinks(process, hostNumber, visited).filter(
    (page) => !memory.knows(hostNumber, page),
  );
  if (unknown.length === 0) return [];
  const unread = unknown.filter((page) => !admitted.has(hostNumber, page));
  billUrls(String(hostNumber), unknown.length, unread.length);
  await sleep(latencyMs.read);
  for (const page of unknown) memory.remember(hostNumber, page);
  if (unread.length === 0) return [];
  await sleep(latencyMs.write);
  return unread.filter((page) => admitted.put(hostNumber, page));
}

/** In the order of the pages; a bit map, since a set of numbers would take longer than all the rest. */
function distinctLinks({ shops, taken }: CoarseProcess, host: number, pages: number[]): number[] {
  const links: number[] = [];
  const add = (page: number) => {
    if (taken[page] === 0) links.push(page);
    taken[page] = 1;
  };
  if (pages.length > 0) shops.menu.forEach(add);
  for (const page of pages) shops.addLinks(host, page, add);
  for (const page of links) taken[page] = 0;
  return links;
}

/** `groupByHost`, for requests of the batch's own host. */
function group(batch: CoarseBatch, visits: CoarseVisits, fresh: number[]): OutgoingBatch[] {
  const { run, id, host } = batch;
  const { unvisited, ownBatchSize, nextTurnAt } = visits;
  const lists =
    nextTurnAt > 0 && unvisited.length > 0
      ? [
          { notBefore: Math.ceil(nextTurnAt / 1_000) * 1_000, pages: unvisited },
          { notBefore: 0, pages: fresh },
        ]
      : [{ notBefore: 0, pages: [...unvisited, ...fresh] }];
  const children: (OutgoingBatch & { batch: CoarseBatch })[] = [];
  for (const { notBefore, pages } of lists) {
    for (let at = 0; at < pages.length; at += ownBatchSize) {
      const child = { run, id: childId(id, children.length), host, requests: [] };
      children.push({ batch: { ...child, pages: pages.slice(at, at + ownBatchSize) }, notBefore });
    }
  }
  for (const [index, shard] of shardsOfChildren(batch, children.length).entries()) {
    const child = children[index];
    if (child !== undefined && shard > 0) child.batch.shard = shard;
  }
  return children;
}
